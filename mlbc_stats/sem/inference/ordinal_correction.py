"""Tests behind the robust fit indices of ordinal data: ML discrepancy of the correlations at the DWLS estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.ordinal.moments import OrdinalMoments, residual_covariance
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.ram import Implied
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom, space_of
from mlbc_stats.sem.inference.sandwich import MomentSpace


def correlation_tests(
    solution: Solution, baseline: Solution
) -> tuple[ChiSquareTest | None, ChiSquareTest | None]:
    """What robust CFI, TLI and RMSEA rest on, for the model and its baseline; None where they are not defined.

    Formula: T = n F_ML(R, P(θ̂)) with R the polychoric and P the implied correlations; its expectation under a true
    model is tr(QᵀWQΓ), Q = I − Δ(ΔᵀVΔ)⁻¹ΔᵀV the residual projection of the estimator with weight V, W the normal-theory
    weight of the correlations at P. Not defined with continuous variables, covariates, or where R or P is not positive
    definite. In several groups the expectation of the baseline is, as in lavaan 0.6-14 and 0.7, Σ_g (n/n_g) tr(W₀Γ_g)
    instead of Σ_g tr(W₀Γ_g), which makes robust CFI and TLI a little smaller than they should be.

    References
    ----------
    Savalei (2021), doi:10.1080/00273171.2020.1717922.
    """
    for moments in solution.moments:
        found = moments.ordinal
        if found is None or not found.ordinal.all() or found.covariates:
            return None, None
    space = space_of(baseline)
    test, base = _test(solution, space_of(solution)), _test(baseline, space)
    if test is None or base is None:
        return None, None
    return test, _as_in_lavaan(base, baseline, space)


def ordinal_pair(moments: SampleMoments, implied: Implied) -> tuple[OrdinalMoments, OrdinalMoments]:
    """The sample's ordinal moments and the implied ones, laid out alike."""
    if moments.ordinal is None or implied.stacked is None:
        raise ValueError("no ordinal moments; this is a fault of the package")
    return moments.ordinal, replace(moments.ordinal, moments=implied.stacked)


def _test(solution: Solution, space: MomentSpace) -> ChiSquareTest | None:
    stat, weights = 0.0, []
    for moments, implied in zip(solution.moments, solution.implied(), strict=True):
        sample, model = (residual_covariance(each) for each in ordinal_pair(moments, implied))
        value, inverse, ok = _discrepancy(sample, model)
        if not ok:
            return None
        stat += float(moments.total_weight) * value
        weights.append(_pair_weight(inverse))
    df = degrees_of_freedom(solution)
    return ChiSquareTest(
        "catml", stat, df, np.nan, _expected(solution, space, weights) / df if df > 0 else 1.0
    )


def _as_in_lavaan(test: ChiSquareTest, baseline: Solution, space: MomentSpace) -> ChiSquareTest:
    """The baseline's test with each group's part of the expectation divided by the group's share."""
    total = 0.0
    for share, gamma, implied in zip(space.shares, space.gamma, baseline.implied(), strict=True):
        weight = _pair_weight(np.eye(implied.sigma.shape[-1]))
        first = len(gamma) - len(weight)
        total += float(np.sum(weight * gamma[first:, first:])) / share
    return replace(test, scaling_factor=total / test.df)


def _discrepancy(sample: Floats, model: Floats) -> tuple[float, Floats, bool]:
    """F_ML(R, P), NaN unless both are positive definite; P⁻¹; whether they are."""
    inverse, logdet, ok = spd_inverse_logdet(model)
    _, sample_logdet, sample_ok = spd_inverse_logdet(sample)
    if not (ok and sample_ok):
        return np.nan, inverse, False
    return float(logdet - sample_logdet + np.sum(inverse * sample) - len(sample)), inverse, True


def _pair_weight(inverse: Floats) -> Floats:
    """Normal-theory weight (c, c) of the correlations, the last c of the stacked moments; others weigh nothing."""
    columns, rows = np.triu_indices(len(inverse), 1)
    weight = inverse[np.ix_(rows, rows)] * inverse[np.ix_(columns, columns)]
    weight += inverse[np.ix_(rows, columns)] * inverse[np.ix_(columns, rows)]
    return weight


def _expected(solution: Solution, space: MomentSpace, weights: list[Floats]) -> float:
    """tr(QᵀWQΓ) over all groups, by the parts of Q = I less a matrix of rank q."""
    inverse = solution.expected_inverse.matrix
    total, bread, meat = 0.0, np.zeros_like(inverse), np.zeros_like(inverse)
    for share, weight, delta, pulled, gamma in zip(
        space.shares, weights, space.delta, space.pulled(), space.gamma, strict=True
    ):
        first = len(gamma) - len(weight)
        own, spread = delta[first:], gamma @ pulled
        moves = own.any(axis=0)  # thresholds, most of the parameters, move no correlation
        weighed = weight @ own[:, moves]
        total += float(np.sum(weight * gamma[first:, first:]))
        total -= 2 * share * float(np.sum((weighed @ inverse[moves]) * spread[first:]))
        bread[:, moves] += share * (own.T @ weighed)
        meat += share * (pulled.T @ spread)
    return total + float(np.trace(inverse @ bread @ inverse @ meat))
