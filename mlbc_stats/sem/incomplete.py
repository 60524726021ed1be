"""Refer a FIML solution to complete data, so that fit indices estimate what they would without missing values."""

from __future__ import annotations

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.information import saturated_information
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.chisquare import ChiSquareTest, tail
from mlbc_stats.sem.discrepancy import maximum_likelihood
from mlbc_stats.sem.moment_space import normal_weight
from mlbc_stats.sem.pullback import moment_jacobian
from mlbc_stats.sem.ram import Floats
from mlbc_stats.sem.sampling import saturated_covariance
from mlbc_stats.sem.solution import Solution, constrained_inverse


def complete_data_test(solution: Solution, df: float) -> ChiSquareTest:
    """χ² of the FIML estimates against the saturated FIML moments, with the factor its expectation needs.

    Formula: T = Σ n_g F_ML(S̃_g, Σ̂_g); its expectation under the model is tr(W R Γ Rᵀ) with R = I − Δ(ΔᵀJΔ)⁻¹ΔᵀJ,
    W the complete-data weight and J the observed information, both at the saturated moments, and Γ their covariance
    (J⁻¹, or the sandwich for robust errors). The scaling factor is that trace over df.

    References
    ----------
    Zhang & Savalei (2023), doi:10.1037/met0000445.
    """
    stat, delta, weight, info, gamma = 0.0, [], [], [], []
    for ram, moments, implied, share in zip(
        solution.rams, solution.moments, solution.implied(), solution.shares, strict=True
    ):
        complete = maximum_likelihood(moments.cov, moments.mean)
        stat += float(moments.n) * float(complete.evaluate(implied.sigma, implied.mu).value)
        own = np.zeros((moment_jacobian(ram, implied).shape[0], len(solution.theta)))
        own[:, ram.free] = moment_jacobian(ram, implied)
        delta.append(own)
        weight.append(share * normal_weight(spd_inverse_logdet(moments.cov)[0], True))
        info.append(share * _information(moments))
        gamma.append(saturated_covariance(moments, _kind(solution)) / share)
    pulled = [j @ d for j, d in zip(info, delta, strict=True)]
    bread = np.sum([p.T @ d for p, d in zip(pulled, delta, strict=True)], axis=0)
    inverse, _ = constrained_inverse(bread, solution.basis)
    factor = _trace(delta, weight, pulled, gamma, inverse) / df if df > 0 else 1.0
    return ChiSquareTest("standard", stat, df, tail(stat, df), factor)


def _trace(
    delta: list[Floats], weight: list[Floats], pulled: list[Floats], gamma: list[Floats], inverse: Floats
) -> float:
    """tr(W R Γ Rᵀ) over stacked groups: tr(WΓ) − 2 tr(WΔA⁻¹ΔᵀJΓ) + tr(ΔᵀWΔ A⁻¹ ΔᵀJΓJΔ A⁻¹)."""
    groups = list(zip(delta, weight, pulled, gamma, strict=True))
    own = sum(float(np.sum(w * g)) - 2 * float(np.sum((w @ d @ inverse) * (g @ p))) for d, w, p, g in groups)
    outer = np.sum([d.T @ w @ d for d, w, _, _ in groups], axis=0)
    inner = np.sum([p.T @ g @ p for _, _, p, g in groups], axis=0)
    return own + float(np.sum((outer @ inverse @ inner) * inverse.T))


def _information(moments: SampleMoments) -> Floats:
    if moments.patterns is None or moments.mean is None:
        raise DataError("no patterns of missing values; the indices need incomplete raw data")
    return saturated_information(moments.patterns, moments.mean, moments.cov, "observed")


def _kind(solution: Solution) -> str:
    return "sandwich" if solution.method.se.startswith("robust") else "observed"
