"""Correlations of indicators that a composite model implies, and how far the observed ones are from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.consistency import error_cells
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


def implied_constructs(found: Estimates, model: Specification) -> Array:
    """Correlations (B, m, m) that the paths imply: those of exogenous constructs as they are, residuals uncorrelated.

    (I − B)⁻¹Ψ(I − B)⁻ᵀ off the diagonal, Ψ with the residual variances 1 − R² of the equations. In R:
    ``cSEM::fit(.type_vcv = "construct")``. NaN with two-stage least squares, which has no R².
    """
    m = len(model.names)
    phi, paths = found.construct_correlation[:, :m, :m], found.paths[:, :m, :m]
    outside = np.asarray(~model.adjacency[:m, :m].any(axis=1))
    good = finite(phi) & finite(paths)
    gap = np.where(good[:, None, None], np.eye(m) - paths, np.eye(m))
    good &= np.abs(np.linalg.det(gap)) > 1e-12
    through = np.linalg.inv(np.where(good[:, None, None], gap, np.eye(m)))
    psi = phi * (outside[:, None] & outside)
    np.einsum("bii->bi", psi)[...] = np.where(outside, 1.0, 1 - found.r2[:, :m])
    out = np.where(good[:, None, None], through @ psi @ through.mT, np.nan)
    np.einsum("bii->bi", out)[...] = np.where(finite(out), 1.0, np.nan)[:, None]
    return out


def implied_indicators(found: Estimates, model: Specification, phi: Array) -> Array:
    """Correlations (B, p, p): λφλ' between blocks, λλ' within factors, the observed ones within composites.

    NaN where blocks share indicators, as with repeated indicators.
    """
    if (model.member.sum(axis=0) > 1).any():
        return np.full_like(found.correlation, np.nan)
    loadings = np.where(model.member, found.loadings, 0.0)
    sigma = loadings.mT @ phi @ loadings
    for j, construct in enumerate(model.constructs):
        own = np.array(model.blocks[j])
        observed = found.correlation[:, own[:, None], own]
        if construct.kind == "composite" or len(own) == 1:
            sigma[:, own[:, None], own] = observed
        elif (cells := error_cells(model, j)) is not None:
            sigma[:, own[:, None], own] = np.where(cells, observed, sigma[:, own[:, None], own])
    good = finite(sigma)
    np.einsum("bii->bi", sigma)[...] = np.where(good, 1.0, np.nan)[:, None]
    return sigma


def distances(r: Array, sigma: Array) -> dict[str, Array]:
    """How far observed correlations (B, p, p) are from implied ones, each (B,).

    srmr: root mean square residual of the lower triangle with its diagonal; d_uls: half the sum of all squared
    residuals; d_g: half the sum of squared logarithms of the eigenvalues of Σ⁻¹R; d_ml: the likelihood's discrepancy.

    References
    ----------
    Dijkstra & Henseler (2015), doi:10.1016/j.csda.2014.07.008. In R: ``cSEM::calculateDG``, whose logarithm is that to
    base 10.

    Examples
    --------
    >>> r = np.array([[[1.0, 0.5], [0.5, 1.0]]])
    >>> {name: round(float(value[0]), 4) for name, value in distances(r, np.eye(2)[None]).items()}
    {'srmr': 0.2887, 'd_uls': 0.25, 'd_g': 0.3224, 'd_ml': 0.2877}
    """
    p = r.shape[-1]
    squares = np.sum((r - sigma) ** 2, axis=(1, 2))
    inverse, logdet, ok = spd_inverse_logdet(sigma)
    _, observed, fine = spd_inverse_logdet(r)
    good = np.asarray(ok) & np.asarray(fine)
    trace = np.einsum("bij,bji->b", inverse, r)
    with np.errstate(invalid="ignore"):
        ml = np.where(good, logdet + trace - observed - p, np.nan)
    return {
        "srmr": np.sqrt(squares / (p * (p + 1))),
        "d_uls": squares / 2,
        "d_g": np.where(good, _geodesic(r, sigma, good), np.nan),
        "d_ml": ml,
    }


def _geodesic(r: Array, sigma: Array, good: Array) -> Array:
    p = r.shape[-1]
    lower = np.linalg.cholesky(np.where(good[:, None, None], sigma, np.eye(p)))
    half = np.linalg.solve(lower, np.where(good[:, None, None], r, np.eye(p)))
    values = np.linalg.eigvalsh(np.linalg.solve(lower, half.mT))
    return 0.5 * np.sum(np.log(np.maximum(values, np.finfo(float).tiny)) ** 2, axis=-1)
