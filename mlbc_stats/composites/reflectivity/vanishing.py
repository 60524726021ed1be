"""Which tetrads of k indicators vanish when one common factor stands behind them, none implied by the others."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FLAT = 1e-7
"""Length of what is left of a gradient, relative to it, below which the tetrads before imply this one."""


def tetrads_of(r: Array, places: Array) -> Array:
    """τ_ghij = σ_gh σ_ij − σ_gi σ_hj, (..., v) from covariances (..., k, k) and places (v, 4).

    Examples
    --------
    >>> loadings = np.array([0.9, 0.8, 0.7, 0.6])
    >>> tetrads_of(np.outer(loadings, loadings), nonredundant(4)).round(12).tolist()
    [0.0, 0.0]
    """
    g, h, i, j = places.T
    return np.asarray(r[..., g, h] * r[..., i, j] - r[..., g, i] * r[..., h, j])


def gradients(r: Array, places: Array) -> Array:
    """(v, k(k − 1)/2) derivatives of tetrads by the covariances σ_ab, a > b, row by row of the lower triangle."""
    k = len(r)
    rows, columns = np.tril_indices(k, -1)
    at = np.zeros((k, k), dtype=int)
    at[rows, columns] = at[columns, rows] = np.arange(len(rows))
    out = np.zeros((len(places), len(rows)))
    v = np.arange(len(places))
    g, h, i, j = places.T
    for (a, b), value in {(0, 1): r[i, j], (2, 3): r[g, h], (0, 2): -r[h, j], (1, 3): -r[g, i]}.items():
        np.add.at(out, (v, at[places[:, a], places[:, b]]), value)
    return out


@cache
def nonredundant(k: int) -> Array:
    """Places (k(k − 3)/2, 4) of tetrads that imply all others, the first such in the order of their indicators.

    A tetrad is redundant when its gradient at a one-factor model is a combination of those before it.

    References
    ----------
    Bollen & Ting (2000), doi:10.1037/1082-989X.5.1.3.

    Examples
    --------
    >>> [len(nonredundant(k)) for k in (4, 5, 6)], nonredundant(4).tolist()
    ([2, 5, 9], [[0, 1, 2, 3], [0, 2, 3, 1]])
    """
    loadings = np.random.default_rng(k).uniform(0.5, 0.9, size=k)  # any that satisfy no equation by chance
    sigma = np.outer(loadings, loadings)
    basis = np.zeros((0, k * (k - 1) // 2))
    kept = []
    for a, b, c, d in combinations(range(k), 4):
        for places in ((a, b, c, d), (a, c, d, b)):
            slope = gradients(sigma, np.array([places]))[0]
            left = slope - basis.T @ (basis @ slope)
            left -= basis.T @ (basis @ left)
            if np.linalg.norm(left) > FLAT * np.linalg.norm(slope):
                basis = np.vstack([basis, left / np.linalg.norm(left)])
                kept.append(places)
        if len(kept) == k * (k - 3) // 2:
            break
    return np.array(kept, dtype=int).reshape(-1, 4)
