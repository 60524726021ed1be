"""Least squares with a weight over correlations: the full inverse of their covariance, or its diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.extraction.extract import STATIONARY, Extraction, extract
from mlbc_stats.factor.extraction.slopes import derivatives

Array = NDArray[Any]

STEPS = 500


def extract_weighted(r: Array, m: int, weight: Array, lowest: float) -> Extraction:
    """Minimum of ½(r − ρ(Λ))'W(r − ρ(Λ)) over loadings whose communalities stay below 1 − `lowest`.

    Damped Gauss-Newton steps from the unweighted solution; the last Newton-like steps converge quadratically where the
    fit is good. Items at the bound move on its sphere.

    Parameters
    ----------
    r : (p, p); weight : (k, k) over correlations below the diagonal, column by column.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x; Muthén (1978), doi:10.1007/BF02293813.
    """
    i, j = below(len(r))
    table = extract(r[None], m, "minres", lowest).loadings[0]
    limit, damping = np.sqrt(1 - lowest), 1e-3
    value = _value(r, table, weight)
    slope = np.inf
    for _ in range(STEPS):
        moves = derivatives(table, np.eye(m), False)[:, i, j]
        error = (r - table @ table.T)[i, j]
        gradient = -(moves @ (weight @ error)).reshape(table.shape)
        free = _free(table, gradient, limit)
        flat = free @ gradient.ravel()
        slope = float(np.abs(flat).max())
        if slope < STATIONARY / 10 * (1 + value):
            break
        inside = free @ (moves @ weight @ moves.T) @ free
        size = np.diagonal(inside).max()
        step = -(free @ np.linalg.solve(inside + damping * size * np.eye(len(inside)), flat)).reshape(
            table.shape
        )
        trial = _inside(table + step, limit)
        got = _value(r, trial, weight)
        if got <= value + 1e-15 * (1 + value):
            table, value, damping = trial, got, max(damping / 5, 1e-9)
        else:
            damping *= 10
            if damping > 1e8:
                break
    return _settled(table, value, slope, lowest)


def _settled(table: Array, value: float, slope: float, lowest: float) -> Extraction:
    left, size, _ = np.linalg.svd(table, full_matrices=False)
    loadings = left * size
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    psi = 1 - np.sum(table**2, axis=1)
    arrived = slope < STATIONARY * (1 + value)
    return Extraction(
        psi[None],
        loadings[None],
        np.array([value]),
        np.array([slope]),
        np.array([arrived]),
        (psi <= lowest * (1 + 1e-9))[None],
    )


def _value(r: Array, table: Array, weight: Array) -> float:
    error = (r - table @ table.T)[below(len(r))]
    return float(error @ weight @ error) / 2


def _free(table: Array, gradient: Array, limit: float) -> Array:
    """Projection (pm, pm) on the directions that keep items at the bound, where they press on it, on their sphere."""
    p, m = table.shape
    size = np.sqrt(np.sum(table**2, axis=1))
    held = (size >= limit * (1 - 1e-12)) & (np.sum(table * gradient, axis=1) < 0)
    out = np.eye(p * m)
    for item in np.flatnonzero(held).tolist():
        own = slice(item * m, (item + 1) * m)
        out[own, own] -= np.outer(table[item], table[item]) / size[item] ** 2
    return out


def _inside(table: Array, limit: float) -> Array:
    size = np.sqrt(np.sum(table**2, axis=1, keepdims=True))
    return table * np.minimum(1.0, limit / np.maximum(size, 1e-300))
