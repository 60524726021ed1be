"""Correlations of the indicators in many resamples: a resample is a row of case weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import FLAT, pair_correlations
from mlbc_stats.linalg import FEW, cov2cor
from mlbc_stats.moments.incomplete.patterns import find_patterns, resample_patterns
from mlbc_stats.moments.incomplete.resampled import resampled_moments
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.moments.sample import from_incomplete, resample
from mlbc_stats.parallel import chunks

Array = NDArray[Any]

CELLS = 4_000_000
"""Answers of resamples that are held at once."""


def correlations(
    x: Array, names: Sequence[str], ordered: Sequence[str], missing: str, counts: Array
) -> Array:
    """Correlations (B, p, p) of resamples in which case i counts counts[b, i] times; NaN where there are none.

    Parameters
    ----------
    x : (n, p) answers, NaN where missing. ordered : names of ordinal variables (polychoric, polyserial).
    missing : "pairwise", or "fiml" for the saturated maximum-likelihood estimate; without gaps all are the same.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0]])
    >>> correlations(x, ["a", "b"], (), "listwise", np.array([[1.0, 1, 1], [2, 0, 1]]))[:, 0, 1].round(4).tolist()
    [0.6547, 1.0]
    """
    if ordered:
        return _polychoric(x, names, ordered, counts)
    if not np.isnan(x).any():
        parts = [_complete(x, counts[part]) for part in chunks(len(counts), max(CELLS // x.size, 1))]
        return np.concatenate(parts)
    if missing == "fiml" and len(counts) == 1 and (counts == 1).all():
        return cov2cor(from_incomplete(x, names).cov)[None]
    if missing == "fiml":
        patterns = resample_patterns(x, find_patterns(x), counts)
        start = np.nanmean(x, axis=0), np.diag(np.nanvar(x, axis=0))
        _, cov, done = resampled_moments(patterns, *start)
        return np.where(done[:, None, None], cov2cor(cov), np.nan)
    parts = [pair_correlations(x, counts[part]) for part in chunks(len(counts), max(CELLS // x.size, 1))]
    return np.concatenate(parts)


def _complete(x: Array, counts: Array) -> Array:
    cov = resample(x, counts).cov if len(counts) > FEW else _one_by_one(x, counts)
    variance = np.einsum("bii->bi", cov)
    variance[variance <= FLAT * x.var(axis=0)] = 0.0  # constant in the resample
    r = cov2cor(cov)
    np.einsum("bii->bi", r)[...] = np.where(variance > 0, 1.0, np.nan)
    return r


def _one_by_one(x: Array, counts: Array) -> Array:
    """Covariances of a few resamples, without the products of all columns that many share."""
    total = counts.sum(axis=1)
    gap = x - (counts @ x / total[:, None])[:, None]
    return (gap * counts[:, :, None]).mT @ gap / total[:, None, None]


def _polychoric(x: Array, names: Sequence[str], ordered: Sequence[str], counts: Array) -> Array:
    places = [at for at, name in enumerate(names) if name in ordered]
    levels: list[Any] = [None] * len(names)
    for at in places:
        levels[at] = np.unique(x[~np.isnan(x[:, at]), at])
    missing: Any = "pairwise" if np.isnan(x).any() else "listwise"
    found = ordinal_moments(x, names, places, weights=counts, gamma="none", levels=levels, missing=missing)
    return np.where(np.asarray(found.ok)[:, None, None], found.correlation, np.nan)
