"""Covariance matrix of the estimates: standard, first-order and sandwich forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.curvature import curved_point
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.inference.sandwich import MomentSpace

MOVED = 1e-4
"""Effect of a direction on a function, in units of its sampling deviation per case, from which it counts as moved."""

ROUNDED = 1e-9
"""Share of a direction's effect on a function, were its parts not to cancel, up to which the effect is rounding."""

ROUNDING = 1e-12
"""Change of a function, relative to its value, per unit of 1/√information of a parameter, that is rounding."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Sampling covariance of theta.

    Attributes
    ----------
    vcov : (q, q); bread : (q, q) unit information; meat : (q, q) or None.
    inverse : (q, q) constrained inverse of the bread.
    undetermined : (q,) parameters without an error: what the data do not determine, and about which the bread, or a
        finite variance, says nothing; flat : (q, k) the directions they are undetermined in.
    """

    vcov: Floats
    bread: Floats
    meat: Floats | None
    inverse: Floats
    undetermined: NDArray[np.bool_]
    flat: Floats


def uncertainty(
    solution: Solution, space: Callable[[], MomentSpace], cross_products: Callable[[], Floats]
) -> Uncertainty:
    """vcov by the solution's method.

    Formulas (A bread, B meat, K the constraint space, n cases): standard and first-order A⁻¹/n; sandwich
    A⁻¹BA⁻¹/n, where A⁻¹ stands for K(KᵀAK)⁻¹Kᵀ. B is Σ ΔᵀWΓWΔ for robust.sem and two-stage errors, the mean cross
    product of casewise scores for Huber–White errors.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x; White (1982), doi:10.2307/1912526.
    """
    if solution.vcov is not None:
        return _stated(solution, solution.vcov)
    method, n = solution.method, effective_n(solution)
    bread, meat = _bread(solution, space, cross_products), None
    if method.information == "expected" and not method.saturated_weight:
        found = solution.expected_inverse
    else:
        found = constrained_inverse(bread, solution.tangent, solution.least_information)
    inverse = found.matrix
    vcov = inverse / n
    if method.se in {"robust.huber.white", "robust.cluster"}:
        meat = cross_products()
    elif method.se in {"robust.sem", "robust.sem.nt", "two.stage", "robust.two.stage"}:
        meat = space().meat()
    if meat is not None:
        vcov = inverse @ meat @ inverse / n
    return _masked(
        solution, Uncertainty((vcov + vcov.T) / 2, bread, meat, inverse, found.undetermined, found.flat)
    )


def _masked(solution: Solution, found: Uncertainty) -> Uncertainty:
    """With everything that the data leave undetermined, and without variances that are no numbers."""
    endless = ~np.isfinite(np.diag(found.vcov))
    return replace(
        found,
        undetermined=found.undetermined | solution.undetermined | endless,
        flat=np.hstack([found.flat, solution.flat, np.eye(len(endless))[:, endless]]),
    )


def _stated(solution: Solution, vcov: Floats) -> Uncertainty:
    """Of estimates that do not minimize the objective; what the moments do not determine is undetermined still."""
    found = solution.expected_inverse
    whole = Uncertainty(
        vcov, solution.expected_information, None, found.matrix, found.undetermined, found.flat
    )
    return _masked(solution, whole)


def effective_n(solution: Solution) -> float:
    """n for the normal likelihood; n − G for Wishart and for least squares, which analyse unbiased covariances."""
    unbiased = solution.method.likelihood == "wishart" or solution.method.discrepancy != "ML"
    return solution.n - len(solution.moments) if unbiased else solution.n


def _bread(
    solution: Solution, space: Callable[[], MomentSpace], cross_products: Callable[[], Floats]
) -> Floats:
    if solution.method.saturated_weight or solution.method.information == "h1":
        return space().bread()
    if solution.method.information == "first.order":
        return cross_products()
    if solution.method.information == "observed":
        return curved_point(solution.objective, solution.theta[None]).information[0]
    return solution.expected_information


def wald_columns(estimate: Floats, se: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats, Floats]:
    """z, two-sided p, and the interval's ends; NaN z and p where the error is zero or unknown."""
    from scipy.special import ndtr, ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(se > 0, estimate / se, np.nan)
    half = float(ndtri(0.5 + level / 2)) * se
    return z, 2 * ndtr(-np.abs(z)), estimate - half, estimate + half


def delta_errors(jacobian: Floats, values: Floats, found: Uncertainty) -> Floats:
    """√diag(J V Jᵀ) of functions with values (k,) and Jacobian J (k, q); NaN where an undetermined direction moves one.

    What a parameter changes in a function by less than rounding counts as nothing: a standardized variance is 1.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.abs(jacobian) / np.sqrt(np.abs(np.diag(found.bread)))
        jacobian = np.where(change <= ROUNDING * np.abs(values)[:, None], 0.0, jacobian)
        variance = np.sum((jacobian @ found.vcov) * jacobian, axis=-1)
        moved = np.abs(jacobian @ found.flat)
        spread = np.sqrt(np.maximum(np.sum((jacobian @ found.inverse) * jacobian, axis=-1), 0.0))
        cancelled = moved <= ROUNDED * (np.abs(jacobian) @ np.abs(found.flat))
        known = (cancelled | (moved <= MOVED * spread[:, None])).all(axis=-1)
        return np.sqrt(np.where(known & (variance > -1e-14), np.maximum(variance, 0.0), np.nan))
