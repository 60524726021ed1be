"""Weights of a block from its own correlations alone: equal, principal component, common factor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


def fixed_weights(r: Array, model: Specification) -> Array | None:
    """(B, m, p) weights of the constructs whose mode is "unit", "pca" or "regression", NaN for the others.

    unit: one for each standardized indicator. pca: first eigenvector of the block's correlations. regression: R⁻¹λ of a
    one-factor maximum-likelihood solution of the block, which weighs as the regression and Bartlett scores do.

    Returns
    -------
    weights : None where every construct has another mode.
    """
    if all(c.mode not in FUNCTIONS for c in model.constructs):
        return None
    out = np.full((len(r), *model.member.shape), np.nan)
    for j, construct in enumerate(model.constructs):
        if construct.mode in FUNCTIONS:
            own = np.array(model.blocks[j])
            out[:, j] = 0.0
            out[:, j, own] = FUNCTIONS[construct.mode](r[:, own[:, None], own])
    return out


def _equal(r: Array) -> Array:
    return np.ones(r.shape[:-1])


def first_component(r: Array) -> Array:
    """First eigenvectors (B, k) of correlation matrices (B, k, k); NaN where the matrix has NaN.

    Examples
    --------
    >>> abs(first_component(np.array([[[1.0, 0.5], [0.5, 1.0]]]))).round(4).tolist()
    [[0.7071, 0.7071]]
    """
    good = finite(r)
    vectors = np.linalg.eigh(np.where(good[:, None, None], r, np.eye(r.shape[-1])))[1][..., -1]
    return np.where(good[:, None], vectors, np.nan)


def _common_factor(r: Array) -> Array:
    if r.shape[-1] < 3:
        return _equal(r)
    inverse, _, ok = spd_inverse_logdet(r)
    weights = np.einsum("bij,bj->bi", inverse, one_factor(r))
    return np.where(np.asarray(ok)[:, None], weights, np.nan)


def one_factor(r: Array) -> Array:
    """Loadings (B, k) of one common factor by maximum likelihood; of two indicators equal ones, NaN if r is negative.

    Examples
    --------
    >>> one_factor(np.array([[[1.0, 0.49], [0.49, 1.0]]])).tolist()
    [[0.7, 0.7]]
    """
    good = np.asarray(spd_inverse_logdet(r)[2])
    if r.shape[-1] < 3:
        shared = r[:, 0, 1]
        return np.repeat(np.sqrt(np.where(good & (shared > 0), shared, np.nan))[:, None], 2, axis=1)
    found = extract(np.where(good[:, None, None], r, np.eye(r.shape[-1])), 1, "ml").loadings[..., 0]
    return np.where(good[:, None], found, np.nan)


FUNCTIONS = {"unit": _equal, "pca": first_component, "regression": _common_factor}
