"""Variance inflation of indicators within their block and of predictors within their equation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.linalg import cov2cor, spd_inverse_logdet

Array = NDArray[Any]


def inflation(r: Array) -> Array:
    """VIF (..., k) of each variable given the others, the diagonal of the inverse correlations; infinite when singular.

    Examples
    --------
    >>> inflation(np.array([[1.0, 0.6], [0.6, 1.0]])).tolist()
    [1.5625, 1.5625]
    """
    inverse, _, ok = spd_inverse_logdet(r)
    return np.where(np.asarray(ok)[..., None], np.einsum("...ii->...i", inverse), np.inf)


def indicator_inflation(r: Array, model: Specification) -> Array:
    """(B, p) VIF of every indicator within its block."""
    out = np.full(r.shape[:2], np.nan)
    for block in model.blocks:
        own = np.array(block)
        out[:, own] = inflation(r[:, own[:, None], own])
    return out


def predictor_inflation(cov: Array, model: Specification) -> Array:
    """(B, t, t) VIF of the column's term as a predictor of the row's; NaN where no path leads."""
    out = np.full(cov.shape, np.nan)
    for target in np.flatnonzero(model.adjacency.any(axis=1)):
        sources = np.flatnonzero(model.adjacency[target])
        out[:, target, sources] = inflation(cov2cor(cov[:, sources[:, None], sources]))
    return out
