"""Rules that need the correlations alone: minimum average partial, empirical Kaiser criterion, Kaiser's rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def average_partials(r: Array, power: int = 2) -> Array:
    """Mean of the partial correlations to a power, m = 0 … p − 1 components taken out (p,); NaN where none are left.

    Parameters
    ----------
    power : 2, Velicer (1976), doi:10.1007/BF02293557; or 4, the revised rule of Velicer, Eaton & Fava (2000).

    Examples
    --------
    >>> r = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    >>> int(np.nanargmin(average_partials(r)))
    2
    """
    p = len(r)
    values, vectors = np.linalg.eigh(r)
    scaled = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    off = ~np.eye(p, dtype=bool)
    out = np.full(p, np.nan)
    for m in range(p):
        rest = r - scaled[:, :m] @ scaled[:, :m].T
        size = np.diagonal(rest)
        if (size > 1e-10).all():
            partial = rest / np.sqrt(np.outer(size, size))
            out[m] = np.mean(np.abs(partial[off]) ** power)
    return out


def kaiser_references(values: Array, n: float) -> Array:
    """References (p,) of the empirical Kaiser criterion, max(1, (1 + √(p/n))² (p − Σ_{i<j} λ_i)/(p − j + 1)).

    Braeken & van Assen (2017), doi:10.1037/met0000074. In R: ``EFAtools::EKC(R, N = n)``.

    Examples
    --------
    >>> kaiser_references(np.array([2.0, 0.6, 0.4]), 100).round(4).tolist()
    [1.3764, 1.0, 1.0]
    """
    p = len(values)
    before = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    return np.maximum(1.0, (1 + np.sqrt(p / n)) ** 2 * (p - before) / (p - np.arange(p)))


def simple_structure(r: Array, loadings: Array, complexity: int) -> float:
    """1 − Σ(r − l l')²/Σr² over all cells, l with each item's largest loadings alone.

    Very simple structure: Revelle & Rocklin (1979), doi:10.1207/s15327906mbr1404_2. In R: ``psych::vss``.

    Examples
    --------
    >>> simple_structure(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[1.0, 0.0], [0.5, 0.1]]), 1)
    0.775
    """
    place = np.argsort(-np.abs(loadings), axis=1)[:, :complexity]
    mask = np.zeros(loadings.shape, dtype=bool)
    np.put_along_axis(mask, place, True, axis=1)
    simple = np.where(mask, loadings, 0.0)
    return float(1 - np.sum((r - simple @ simple.T) ** 2) / np.sum(r**2))
