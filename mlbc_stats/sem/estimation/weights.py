"""Bind a method to the sample moments of each group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy import functions as discrepancy
from mlbc_stats.sem.discrepancy.functions import Discrepancy
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.discrepancy.two_level import TwoLevelLikelihood
from mlbc_stats.sem.estimation.raw_moments import adf
from mlbc_stats.sem.implied.ram import Ram

SINGULAR = 1e-10
"""Smallest eigenvalue of the moments' sampling correlations that counts as positive."""


def bind(method: Method, moments: SampleMoments, ram: Ram) -> Discrepancy:
    """The method's discrepancy for one group's data."""
    mean, start = moments.mean if ram.means else None, moments.start
    if moments.levels is not None:
        return TwoLevelLikelihood(moments.levels.data, moments.levels.value)
    if moments.ordinal is not None:
        weight = _given_weight(method, moments)
        if weight is None:
            weight = _stacked_weight(method, moments.ordinal)
        return discrepancy.StackedLeastSquares(moments.ordinal.moments, weight)
    if method.fiml and moments.patterns is not None and start.mean is not None:
        if np.ndim(moments.patterns.total):  # resamples: only the estimates matter, not the saturated value
            return discrepancy.FullInformation(moments.patterns, np.zeros(len(moments.patterns.total)))
        return discrepancy.full_information(moments.patterns, start.cov, start.mean)
    if method.discrepancy in {"WLS", "DWLS"}:
        weight = _given_weight(method, moments)
        if weight is None:
            weigh = adf_weight if method.discrepancy == "WLS" else diagonal_weight
            weight = weigh(moments, ram, method.details.mplus)
        elif not ram.means:
            weight = weight[len(moments.names) :, len(moments.names) :]
        return discrepancy.weighted_least_squares(moments.cov, mean, weight)
    make: dict[str, Callable[[Floats, Floats | None], Discrepancy]] = {
        "ML": discrepancy.maximum_likelihood,
        "IV": discrepancy.maximum_likelihood,
        "GLS": discrepancy.generalized_least_squares,
        "ULS": discrepancy.unweighted_least_squares,
    }
    return make[method.discrepancy](moments.cov, mean)


def _given_weight(method: Method, moments: SampleMoments) -> Floats | None:
    """The user's weight over all moments (m, m) where the estimator takes one, of DWLS its diagonal; else None."""
    if moments.weight is None or method.discrepancy not in {"WLS", "DWLS"}:
        return None
    if method.discrepancy == "WLS":
        return moments.weight
    diagonal = np.diagonal(moments.weight)
    return diagonal[:, None] if moments.ordinal is not None else np.diag(diagonal)


def _stacked_weight(method: Method, found: OrdinalMoments) -> Floats:
    """V of the stacked moments: Γ⁻¹ (WLS), its diagonal (DWLS) or ones (ULS, IV); diagonals as (..., m, 1)."""
    if method.discrepancy == "DWLS":
        # a resample without one of the categories has no weight, and no estimate then
        with np.errstate(divide="ignore"):
            return 1 / np.asarray(found.gamma_diagonal)[..., None]
    if method.discrepancy in {"ULS", "IV"}:
        return np.ones((found.moments.shape[-1], 1))
    gamma = np.asarray(found.gamma)
    if gamma.ndim == 2:
        return _inverse(gamma, float(found.n), "'WLSMV' or 'ULSMV'")
    return spd_inverse_logdet(gamma)[0]


def _inverse(gamma: Floats, n: float, instead: str) -> Floats:
    """Γ⁻¹ (m, m); rounding alone would invert a singular matrix."""
    scale = np.sqrt(np.diag(gamma))
    scaled = gamma / np.outer(scale, scale)
    if not (np.isfinite(scaled).all() and np.linalg.eigvalsh(scaled)[0] > SINGULAR):
        raise DataError(
            f"WLS needs the inverse of the covariance matrix of {len(gamma)} sample moments, which is singular with "
            f"{n:.0f} cases; use estimator={instead}"
        )
    return np.asarray(spd_inverse_logdet(scaled)[0] / np.outer(scale, scale))


def adf_weight(moments: SampleMoments, ram: Ram, unbiased: bool = False) -> Floats:
    """Γ⁻¹ (m, m), zero for the moments of fixed covariates; needs more cases than moments."""
    gamma = adf(moments, ram, unbiased)
    if float(moments.n) <= len(gamma):
        raise DataError(
            f"WLS (ADF) needs more cases than sample moments: {len(gamma)} moments, {float(moments.n):.0f} cases; "
            "use estimator='MLM' or 'MLR' instead"
        )
    weight = np.zeros_like(gamma)
    varying = np.flatnonzero(np.diag(gamma) > 0)
    weight[np.ix_(varying, varying)] = _inverse(
        gamma[np.ix_(varying, varying)], float(moments.n), "'MLM' or 'MLR'"
    )
    return weight


def diagonal_weight(moments: SampleMoments, ram: Ram, unbiased: bool = False) -> Floats:
    """diag(Γ)⁻¹ (m, m) of the distribution-free Γ, zero for the moments of fixed covariates."""
    variance = np.diag(adf(moments, ram, unbiased))
    return np.diag(np.divide(1.0, variance, out=np.zeros_like(variance), where=variance > 0))


def shares(method: Method, moments: tuple[SampleMoments, ...]) -> Floats:
    """Weight of each group in what is minimized, (G,): n_g / n, or (n_g − 1) / (n − G) for least squares.

    With two levels and the rules of lavaan 0.6 its square.
    """
    n = np.array([float(np.mean(each.total_weight)) for each in moments])
    if method.discrepancy != "ML":
        n = n - 1
    found = n / n.sum()
    return found**2 if method.rules.squared_shares and moments[0].levels is not None else found


def case_shares(moments: tuple[SampleMoments, ...]) -> Floats:
    """Share of the cases in each group, (G,), by which information is weighted."""
    n = np.array([float(each.total_weight) for each in moments])
    return n / n.sum()
