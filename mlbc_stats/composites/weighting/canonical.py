"""Generalized canonical weights: all blocks at once, without a structural model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.iterate import Weights, scaled
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]

CRITERIA = ("sumcorr", "maxvar", "minvar")


def canonical_weights(
    r: Array, model: Specification, criterion: str, tolerance: float, max_iter: int
) -> Weights:
    """Weights (B, m, p) that optimize a criterion of the composites' correlation matrix C.

    sumcorr: the largest sum of its entries; maxvar: its largest eigenvalue at most; minvar: its smallest at least.

    References
    ----------
    Kettenring (1971), doi:10.1093/biomet/58.3.433. In R: ``cSEM::csem(.approach_weights = "MAXVAR")``.
    """
    good = finite(r)
    r = np.where(good[:, None, None], r, np.eye(r.shape[-1]))
    roots, usable = _roots(r, model)
    standing = roots @ r @ roots  # correlations of whitened blocks
    vectors = np.linalg.eigh(standing)[1]
    top = vectors[..., 0 if criterion == "minvar" else -1]
    values = scaled((roots @ top[..., None]).mT * model.member, r)
    steps, done = np.ones(len(r), int), np.ones(len(r), bool)
    if criterion == "sumcorr":
        values, done, steps = _largest_sum(r, roots, values, model, tolerance, max_iter)
    usable &= good
    return Weights(np.where(usable[:, None, None], values, np.nan), done & usable, steps)


def _roots(r: Array, model: Specification) -> tuple[Array, Array]:
    """R_jj^(-1/2) of every block on the diagonal of one matrix (B, p, p)."""
    out, usable = np.zeros_like(r), np.ones(len(r), bool)
    for block in model.blocks:
        own = np.array(block)
        part = r[:, own[:, None], own]
        usable &= np.asarray(spd_inverse_logdet(part)[2])
        value, vector = np.linalg.eigh(part)
        root = vector / np.sqrt(np.maximum(value, np.finfo(float).tiny))[:, None, :]
        out[:, own[:, None], own] = root @ vector.mT
    return out, usable


def _largest_sum(
    r: Array, roots: Array, start: Array, model: Specification, tolerance: float, max_iter: int
) -> tuple[Array, Array, Array]:
    """Each block's weights from the regression of the sum of all composites on it; the sum never falls."""
    inverse, values = roots @ roots, start
    done, steps = np.zeros(len(r), bool), np.zeros(len(r), int)
    for _ in range(max_iter):
        total = values.sum(axis=1)
        new = scaled((inverse @ (r @ total[..., None])).mT * model.member, r)
        done |= np.abs(new - values).max(axis=(1, 2)) < tolerance
        values = new
        steps[~done] += 1
        if done.all():
            break
    return values, done, steps
