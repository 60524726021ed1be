"""Item analysis: alpha and its kin, without each item, and each item with its scale."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np

from mlbc_stats import reliability
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.reliability.internal_consistency import duhachek_error, feldt_interval
from mlbc_stats.reliability.items import read_items
from tests.reference.kinds.corpus import Case, Corpus

DROPPED = {"raw_alpha": "alpha", "std.alpha": "standardized", "G6(smc)": "lambda6", "average_r": "average_r",
           "S/N": "signal_noise", "var.r": "variance_r", "med.r": "median_r"}  # fmt: skip
ITEMS = {"n": "n", "raw.r": "raw_r", "std.r": "std_r", "r.cor": "corrected_r", "r.drop": "rest_r",
         "mean": "mean", "sd": "sd"}  # fmt: skip
NORMAL = 1.959963984540054


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    """With gaps psych counts all cases where we count those behind the least answered pair, so n is given here."""
    names = [key.lstrip("-") for key in case["expected"]["keys"]]
    data, turned = _keyed(_read(case, corpus, names), "check.keys" in "".join(case["call"]))
    n = len(data[names[0]])
    scale = read_items(data, missing="pairwise")
    found = reliability.alpha(data, missing="pairwise")
    means = np.nanmean(np.column_stack(list(data.values())), axis=1)
    error = duhachek_error(scale.cov, n)
    feldt = feldt_interval(found.alpha, n, len(names))
    label = {name: f"{name}-" if name in turned else name for name in names}
    dropped = reliability.dropped_statistics(data, missing="pairwise")
    single = reliability.item_statistics(data, missing="pairwise")
    rows = [{"item": label[name], **{k: dropped.loc[name, v] for k, v in DROPPED.items()}} for name in names]
    for place, row in enumerate(rows):
        row["alpha se"] = duhachek_error(np.delete(np.delete(scale.cov, place, 0), place, 1), n)
    return {
        "n": n,
        "raw_alpha": found.alpha,
        "std_alpha": found.standardized,
        "guttman6": found.lambda6,
        "average_r": found.average_r,
        "signal_noise": found.signal_noise,
        "ase": error,
        "median_r": found.median_r,
        "scale_mean": float(means.mean()),
        "scale_sd": float(means.std(ddof=1)),
        "feldt_ci": dict(zip(("lower", "upper"), feldt, strict=True)),
        "duhachek_ci": {"lower": found.alpha - NORMAL * error, "upper": found.alpha + NORMAL * error},
        "keys": [f"-{name}" if name in turned else name for name in names],
        "if_dropped": rows,
        "items": [
            {"item": label[name], **{k: float(single.loc[name, v]) for k, v in ITEMS.items()}}
            for name in names
        ],
    }


def _read(case: Case, corpus: Corpus, names: list[str]) -> dict[str, np.ndarray]:
    """The items as the call has them: `x5 = 8 - x5` turns one before the analysis."""
    table = corpus.table(case["data"]["file"])
    data = {name: np.array(table[name]) for name in names}
    for name, total in re.findall(r"(\w+) = (\d+) - \1\b", "\n".join(case["call"])):
        data[name] = float(total) - data[name]
    return data


def _keyed(data: dict[str, np.ndarray], checked: bool) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    if not checked:
        return data, ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        turned = reliability.against_first_component(data, missing="pairwise")
    values = np.concatenate(list(data.values()))
    ends = np.nanmax(values) + np.nanmin(values)
    return {name: ends - column if name in turned else column for name, column in data.items()}, turned
