"""A bootstrap whose rows are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.corpus import Case, Corpus


def given_rows(case: Case, corpus: Corpus) -> dict[str, Any]:
    """Paths and R² of each resample, and what is told of paths and loadings; quantiles are R's type 7."""
    table = corpus.table(case["data"]["more"][0])
    rows = np.column_stack([np.array(column) for column in table.values()]).astype(int) - 1
    fit = fitted(call_of(case), data_of(case, corpus))
    found = composites.bootstrap(fit, rows=rows, signs="none")
    names = [f"{row.lhs} ~ {row.rhs}" for row in found.paths().itertuples()]
    items = [row.rhs for row in found.loadings().itertuples()]
    paths, r2 = found.values("paths")[1], found.values("rsquare")[1]
    loadings, weights = found.values("loadings")[1], found.values("weights")[1]
    return {
        "paths": _matrix(paths, names),
        "r2": _matrix(r2, list(fit.specification.endogenous)),
        "path_summary": _summary(paths, names),
        "loading_summary": _summary(loadings, items),
        "weight_summary": _summary(weights, items),
        "r2_summary": _summary(r2, list(fit.specification.endogenous)),
        "loadings": _matrix(loadings, items),
        "weights": _matrix(weights, items),
    }


def _matrix(values: np.ndarray, names: list[str]) -> dict[str, Any]:
    rows = [str(k + 1) for k in range(len(values))]
    return {"rownames": rows, "colnames": names, "values": values.tolist()}


def _summary(values: np.ndarray, names: list[str]) -> dict[str, dict[str, float]]:
    parts = {
        "mean": values.mean(axis=0),
        "se": values.std(axis=0, ddof=1),
        "q025": np.quantile(values, 0.025, axis=0),
        "q975": np.quantile(values, 0.975, axis=0),
    }
    return {key: dict(zip(names, map(float, each), strict=True)) for key, each in parts.items()}
