"""Consistent correlations and loadings of common factors: the correction for attenuation of PLSc."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.fixed import one_factor

Array = NDArray[Any]


def factor_scale(
    r: Array, direction: Array, weights: Array, free: Array | None = None
) -> tuple[Array, Array]:
    """Loadings (..., k) of a common factor from the direction they point in, and ρ_A (...), how reliable its score is.

    c² = d'(S − diag S)d / d'(dd' − diag dd')d fits c²dd' to the correlations off the diagonal; λ = c·d and
    ρ_A = (w'λ)². With mode A d = w. Pairs whose errors correlate are left out. NaN where c² is negative.

    Parameters
    ----------
    r : (..., k, k) correlations of the block. direction : (..., k). weights : (..., k).
    free : (k, k) bool, pairs that do not count.

    References
    ----------
    Dijkstra & Henseler (2015), doi:10.25300/MISQ/2015/39.2.02; with correlated errors Rademaker, Schuberth & Dijkstra
    (2019), doi:10.1108/IntR-12-2018-0525. In R: ``cSEM::csem(.PLS_approach_cf = "dist_squared_euclid")``.

    Examples
    --------
    >>> r = np.full((3, 3), 0.49); r[range(3), range(3)] = 1
    >>> w = np.ones(3) / np.sqrt(3 + 6 * 0.49)
    >>> loadings, rho = factor_scale(r, w, w)
    >>> loadings.round(4).tolist(), round(float(rho), 4)
    ([0.7, 0.7, 0.7], 0.7424)
    """
    k = r.shape[-1]
    counted = ~np.eye(k, dtype=bool) if free is None else ~(np.eye(k, dtype=bool) | free)
    outer = direction[..., :, None] * direction[..., None, :]
    fitted = np.sum(outer * r * counted, axis=(-2, -1))
    total = np.sum(outer**2 * counted, axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = np.where(total > 0, fitted / total, np.nan)
        scale = np.sqrt(np.where(squared > 0, squared, np.nan))
        loadings = scale[..., None] * direction
        return loadings, np.einsum("...k,...k->...", weights, loadings) ** 2


def consistent(
    r: Array, weights: Array, model: Specification, proportional: bool = True, given: Array | None = None
) -> tuple[Array, Array]:
    """Reliabilities (B, m), one for all but common factors, and loadings (B, m, p), of factors only (NaN elsewhere).

    Weights of modes A and B tell where the loadings point. Those of other modes do not (nor do any unless
    `proportional`): loadings then are those of a one-factor model of the block (Croon, 2002, in Marcoulides & Moustaki,
    195-223), or those `given` (B, m, p) by the criterion that found the weights.
    """
    reliability = np.ones(weights.shape[:2])
    loadings = np.full(weights.shape, np.nan)
    for j in np.flatnonzero(model.factors).tolist():
        own, mode = np.array(model.blocks[j]), model.constructs[j].mode
        block, w = r[:, own[:, None], own], weights[:, j, own]
        if proportional and mode in ("modeA", "modeB"):
            direction = np.einsum("bij,bj->bi", block, w) if mode == "modeB" else w
            found, reliability[:, j] = factor_scale(block, direction, w, error_cells(model, j))
        else:
            found = one_factor(block) if given is None else given[:, j, own]
            found = found * np.where(np.sum(found * w, axis=-1) < 0, -1.0, 1.0)[:, None]
            reliability[:, j] = np.sum(found * w, axis=-1) ** 2
        loadings[:, j, own] = found
    return reliability, loadings


def error_cells(model: Specification, j: int) -> Array | None:
    """(k, k) pairs of one block's indicators whose errors may correlate; None where there are none."""
    items = model.constructs[j].indicators
    pairs = [pair for pair in model.error_pairs if pair[0] in items and pair[1] in items]
    if not pairs:
        return None
    out = np.zeros((len(items), len(items)), bool)
    for one, other in pairs:
        a, b = items.index(one), items.index(other)
        out[a, b] = out[b, a] = a != b
    return out


def attenuated(c: Array, reliability: Array) -> Array:
    """Correlations of constructs, c_ij/√(ρ_i ρ_j), ones on the diagonal.

    Examples
    --------
    >>> attenuated(np.array([[1.0, 0.4], [0.4, 1.0]]), np.array([0.64, 1.0])).round(3).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    root = np.sqrt(np.where(reliability > 0, reliability, np.nan))
    out = c / (root[..., :, None] * root[..., None, :])
    np.einsum("...ii->...i", out)[...] = np.einsum("...ii->...i", c)
    return out
