"""Krippendorff's α at four levels, with the coincidences behind it."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlbc_stats.survey import raters
from mlbc_stats.survey.raters.krippendorff import METRICS
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    ratings = np.column_stack([np.array(column) for column in corpus.table(case["data"]["file"]).values()])
    found = raters.coincidences(ratings)
    names = [f"{value:g}" for value in found.index]
    return {
        "alpha": {metric: raters.krippendorff_alpha(ratings, metric, draws=50).value for metric in METRICS},
        "coincidences": {"rownames": names, "colnames": names, "values": found.to_numpy().tolist()},
        "pairable_values": float(found.to_numpy().sum()),
    }
