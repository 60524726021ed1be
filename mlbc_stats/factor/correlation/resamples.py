"""Correlations of many resamples at once: a resample is a row of case weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import NotServedError
from mlbc_stats.factor.correlation.product_moment import FLAT, pair_correlations, ranked
from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.linalg import cov2cor
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.moments.sample import resample
from mlbc_stats.parallel import chunks

Array = NDArray[Any]

CELLS = 4_000_000
"""Answers of resamples that are held at once."""


def answers_of(sample: Correlations) -> Array:
    """The answers (n, p) that resamples are drawn from.

    Raises
    ------
    NotServedError
        for correlations that were given, or come from two stages.
    """
    if sample.rows is None or sample.missing == "two.stage":
        raise NotServedError(
            "bootstrap needs the answers themselves, complete or pairwise: give cases instead of a matrix, or use "
            "errors='normal' or 'robust'"
        )
    return sample.rows


def resampled(sample: Correlations, counts: Array) -> Array:
    """Correlations (B, p, p) of resamples that hold each case so often as counts (B, n) say; NaN where there are none.

    Raises
    ------
    NotServedError
        see `answers_of`.
    """
    x = answers_of(sample)
    if sample.kind == "polychoric":
        return _polychoric(x, sample.names, counts)
    if sample.kind == "pearson" and not np.isnan(x).any():
        return _complete(x, counts)
    parts = [counts[part] for part in chunks(len(counts), max(CELLS // x.size, 1))]
    ranks = sample.kind == "spearman"
    return np.concatenate([pair_correlations(ranked(x, each) if ranks else x, each) for each in parts])


def _polychoric(x: Array, names: tuple[str, ...], counts: Array) -> Array:
    levels = [np.unique(column[~np.isnan(column)]) for column in x.T]
    missing: Any = "pairwise" if np.isnan(x).any() else "listwise"
    found = ordinal_moments(
        x, names, list(range(len(names))), weights=counts, gamma="none", levels=levels, missing=missing
    )
    return np.where(np.asarray(found.ok)[:, None, None], found.correlation, np.nan)


def _complete(x: Array, counts: Array) -> Array:
    cov = resample(x, counts).cov
    variance = np.einsum("bii->bi", cov)
    variance[variance <= FLAT * x.var(axis=0)] = 0.0  # constant in the resample
    return cov2cor(cov)
