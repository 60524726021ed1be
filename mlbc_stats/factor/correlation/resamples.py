"""Correlations of many resamples at once: a resample is a row of case weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import NotServedError
from mlbc_stats.factor.correlation.product_moment import below, ranked
from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.moments.ordinal.two_step import ordinal_moments

Array = NDArray[Any]


def resampled(sample: Correlations, counts: Array) -> Array:
    """Correlations (B, p, p) of resamples that hold each case so often as counts (B, n) say; NaN where there are none.

    Raises
    ------
    NotServedError
        for correlations that were given, or come from two stages.
    """
    x = sample.rows
    if x is None or sample.missing == "two.stage":
        raise NotServedError(
            "bootstrap needs the answers themselves, complete or pairwise: give cases instead of a matrix, or use "
            "errors='normal' or 'robust'"
        )
    if sample.kind == "polychoric":
        levels = [np.unique(column[~np.isnan(column)]) for column in x.T]
        ordinal = list(range(x.shape[1]))
        missing: Any = "pairwise" if np.isnan(x).any() else "listwise"
        found = ordinal_moments(
            x, sample.names, ordinal, weights=counts, gamma="none", levels=levels, missing=missing
        )
        return np.where(np.asarray(found.ok)[:, None, None], found.correlation, np.nan)
    if sample.kind == "spearman":
        rows = [np.repeat(np.arange(len(x)), each.astype(int)) for each in counts]
        return np.stack([_weighted(ranked(x[each]), np.ones((1, len(x))))[0] for each in rows])
    return _weighted(x, counts)


def _weighted(x: Array, counts: Array) -> Array:
    """Each pair over its cases: matrix products of counts with squares and products of the answers."""
    i, j = below(x.shape[1])
    centred = x - np.nanmean(x, axis=0)
    both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
    a, b = np.where(both, centred[:, i], 0.0), np.where(both, centred[:, j], 0.0)
    weight, one, other = counts @ both, counts @ a, counts @ b
    with np.errstate(invalid="ignore", divide="ignore"):
        cross = counts @ (a * b) - one * other / weight
        spread = (counts @ a**2 - one**2 / weight) * (counts @ b**2 - other**2 / weight)
        pairs = cross / np.sqrt(spread)
    out = np.broadcast_to(np.eye(x.shape[1]), (len(counts), x.shape[1], x.shape[1])).copy()
    out[:, i, j] = out[:, j, i] = pairs
    return out
