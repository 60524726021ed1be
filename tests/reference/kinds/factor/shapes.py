"""Arrays as the matrices and named lists of a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tests.reference.kinds.corpus import Case, Corpus


def named(names: Iterable[Any], values: np.ndarray) -> dict[str, float]:
    return dict(zip(map(str, names), map(float, values), strict=True))


def matrix(values: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    return {"rownames": list(rows), "colnames": list(columns), "values": np.asarray(values).tolist()}


def factor_names(m: int) -> list[str]:
    return [f"F{k + 1}" for k in range(m)]


def columns_of(case: Case, corpus: Corpus, names: Sequence[str]) -> dict[str, list[Any]]:
    table = corpus.table(case["data"]["file"])
    return {name: table[name] for name in names}
