"""What a general factor explains beside group factors: ω hierarchical, ECV, PUC and their kin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class BifactorIndices(Shown):
    """Indices of orthogonal bifactor loadings (p items, one general and m group factors).

    Attributes
    ----------
    omega_total, omega_h : share of the variance of the sum of all items due to all factors, and to the general one.
    relative_omega : omega_h / omega_total.
    omega_subscale, omega_h_subscale : (m,) the same for the sum of a group's items, the second due to its group factor.
    ecv : share of the common variance due to the general factor; ecv_subscale : (m,) due to each group factor.
    item_ecv : (p,) the general factor's share of each item's communality.
    puc : share of the correlations that only the general factor explains.
    h : (1 + m,) construct replicability; determinacy : (1 + m,) correlation of each factor with its regression scores.
    members : bool (p, m), the items of each group.

    Examples
    --------
    >>> from mlbc_stats import factor
    >>> loadings = [[0.7, 0.4, 0], [0.7, 0.4, 0], [0.7, 0, 0.4], [0.7, 0, 0.4]]
    >>> type(factor.bifactor_indices(loadings)).__name__
    'BifactorIndices'
    """

    omega_total: float
    omega_h: float
    relative_omega: float
    omega_subscale: Array
    omega_h_subscale: Array
    ecv: float
    ecv_subscale: Array
    item_ecv: Array
    puc: float
    h: Array
    determinacy: Array
    members: Array


def bifactor_indices(loadings: Any, members: Any = None) -> BifactorIndices:
    """Reliability and dimensionality indices of standardized bifactor loadings, factors uncorrelated.

    With V = (1'Λ)(1'Λ)' + Σ(1 − h²_i): ω = Σ_j (1'λ_j)²/V, ω_h = (1'λ_1)²/V, the same over a group's items for
    subscales; H_j = 1/(1 + 1/Σ_i λ²_ij/(1 − λ²_ij)); determinacy √(λ_j'Σ⁻¹λ_j), Σ = ΛΛ' + diag(1 − h²).

    Parameters
    ----------
    loadings : (p, 1 + m), the general factor first.
    members : bool (p, m), the items of each group factor; by default the cells that are not zero, and where none is
        zero, as in an exploratory solution, each item belongs to the group on which it loads highest.

    Raises
    ------
    DataError
        for loadings that are not finite, fewer than two columns, or a communality of one and more.

    References
    ----------
    Rodriguez, Reise & Haviland (2016), doi:10.1037/met0000045. In R: ``psych::omegaFromSem`` (ω's).

    Examples
    --------
    >>> loadings = [[0.7, 0.4, 0], [0.7, 0.4, 0], [0.7, 0, 0.4], [0.7, 0, 0.4]]
    >>> found = bifactor_indices(loadings)
    >>> round(found.omega_h, 4), round(found.ecv, 4), round(found.puc, 4)
    (0.7452, 0.7538, 0.6667)
    """
    table = np.asarray(loadings, dtype=float)
    _check(table)
    groups = _members(table) if members is None else np.asarray(members, dtype=bool)
    squared, unique = table**2, 1 - (table**2).sum(axis=1)
    reach, variance = table.sum(axis=0) ** 2, float(np.sum(table.sum(axis=0) ** 2) + unique.sum())
    shares = squared.sum(axis=0) / squared.sum()
    general, own, inside = _subscales(table, unique, groups)
    sigma = table @ table.T + np.diag(unique)
    return BifactorIndices(
        omega_total=float(reach.sum() / variance),
        omega_h=float(reach[0] / variance),
        relative_omega=float(reach[0] / reach.sum()),
        omega_subscale=(general + own) / inside,
        omega_h_subscale=own / inside,
        ecv=explained_common_variance(table),
        ecv_subscale=shares[1:],
        item_ecv=squared[:, 0] / squared.sum(axis=1),
        puc=uncontaminated(groups),
        h=1 / (1 + 1 / np.sum(squared / (1 - squared), axis=0)),
        determinacy=np.sqrt(np.sum(table * np.linalg.solve(sigma, table), axis=0)),
        members=groups,
    )


def explained_common_variance(loadings: Array) -> float:
    """Σ_i λ²_i1 / Σ_ij λ²_ij, the general factor first (Sijtsma, 2009, doi:10.1007/s11336-008-9101-0).

    NaN where all loadings are zero.

    Examples
    --------
    >>> explained_common_variance(np.array([[0.6, 0.0], [0.6, 0.6]]))
    0.6666666666666666
    """
    total = float(np.sum(loadings**2))
    return float(np.sum(loadings[:, 0] ** 2)) / total if total > 0 else float("nan")


def uncontaminated(members: Array) -> float:
    """1 − Σ k_s(k_s − 1)/(k(k − 1)), k_s items in group s of k in any; NaN with fewer than two.

    Examples
    --------
    >>> round(uncontaminated(np.kron(np.eye(3), np.ones((4, 1)))), 4)
    0.7273
    """
    sizes, k = np.count_nonzero(members, axis=0), np.count_nonzero(members.any(axis=1))
    return float(1 - np.sum(sizes * (sizes - 1)) / (k * (k - 1))) if k > 1 else float("nan")


def _subscales(table: Array, unique: Array, groups: Array) -> tuple[Array, Array, Array]:
    """Variance (m,) of each subscale's sum due to the general factor, to its group factor, and in all."""
    mask = groups.astype(float)
    sums = mask.T @ table  # (m, 1 + m)
    own = np.diagonal(sums[:, 1:]) ** 2
    return sums[:, 0] ** 2, own, np.sum(sums**2, axis=1) + mask.T @ unique


def _members(table: Array) -> Array:
    groups = table[:, 1:]
    if (groups == 0).any():
        return groups != 0
    return np.eye(groups.shape[1], dtype=bool)[np.abs(groups).argmax(axis=1)]


def _check(table: Array) -> None:
    if table.ndim != 2 or table.shape[1] < 2 or not np.isfinite(table).all():
        raise DataError(
            f"bifactor loadings of shape {table.shape}: expected finite numbers, items in rows, a general factor and "
            "at least one group factor in columns"
        )
    full = np.flatnonzero(np.sum(table**2, axis=1) >= 1)
    if len(full):
        raise DataError(
            f"row {full[0] + 1}: squared loadings sum to {np.sum(table[full[0]] ** 2):.4g}; expected below 1, since "
            "the indices need standardized loadings of uncorrelated factors"
        )
