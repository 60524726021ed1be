"""The conditions by which a rotation picks one of all equivalent solutions, differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.rotation.criteria import Criterion
from mlbc_stats.rotation.search import slope_at

Array = NDArray[Any]
STEP = 1e-30


def rotation_conditions(loadings: Array, phi: Array, criterion: Criterion, n_unique: int) -> Array:
    """L (c, q): how the criterion's slopes, zero at its minimum, move with Λ, Φ and ψ; exact by complex steps.

    References
    ----------
    Jennrich (1973), doi:10.1007/BF02291497; Archer & Jennrich (1973), doi:10.1007/BF02291495.
    """

    def slope(table: Array, between: Array) -> Array:
        if criterion.row_weights == "kaiser":
            table = table / np.sqrt(np.sum((table @ between) * table, axis=-1))[..., None]
        return slope_at(table, between, criterion.complexity, criterion.orthogonal)

    return _slopes(slope, loadings, phi, not criterion.orthogonal, n_unique)


def canonical_conditions(loadings: Array, uniqueness: Array, free: Array, scaled: bool) -> Array:
    """L of unrotated factors: Λ'Λ, or Λ'Ψ⁻¹Λ where scaled, is diagonal."""
    p, m = loadings.shape
    i, j = below(m)

    def products(table: Array, between: Array) -> Array:
        weight = 1 / uniqueness if scaled else np.ones(p)
        return (table.mT @ (table * weight[:, None]))[..., i, j]

    out = _slopes(products, loadings, np.eye(m), False, int(free.sum()))
    if scaled:
        change = -loadings[:, i] * loadings[:, j] / uniqueness[:, None] ** 2
        out[:, p * m :] = change[free].T
    return out


def _slopes(
    function: Callable[[Array, Array], Array], loadings: Array, phi: Array, oblique: bool, n_unique: int
) -> Array:
    p, m = loadings.shape
    tables = loadings + 1j * STEP * np.eye(p * m).reshape(p * m, p, m)
    rows = [function(tables, np.broadcast_to(phi, (p * m, m, m))).imag / STEP]
    if oblique:
        i, j = below(m)
        moved = np.broadcast_to(phi, (len(i), m, m)).astype(complex)
        at = np.arange(len(i))
        moved[at, i, j] += 1j * STEP
        moved[at, j, i] += 1j * STEP
        rows.append(function(np.broadcast_to(loadings, (len(i), p, m)), moved).imag / STEP)
    found = np.concatenate(rows).T
    return np.concatenate([found, np.zeros((len(found), n_unique))], axis=1)
