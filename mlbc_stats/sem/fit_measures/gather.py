"""Gather what fit measures need from a solution and its baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import isfinite, nan

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.incomplete.fiml import fiml_value_gradient
from mlbc_stats.moments.incomplete.saturated import loglik
from mlbc_stats.moments.ordinal.moments import cut_points, residual_covariance
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.functions import Discrepancy
from mlbc_stats.sem.discrepancy.method import SECOND
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.fit_measures.inputs import FitInputs, Noncentrality
from mlbc_stats.sem.fit_measures.residual import GroupMoments, residual_summary
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.fiml_correction import corrected_tests
from mlbc_stats.sem.inference.model_tests import baseline_tests, group_statistics, second_statistic
from mlbc_stats.sem.inference.ordinal_correction import correlation_tests, ordinal_pair
from mlbc_stats.sem.inference.uncertainty import effective_n


def fit_inputs(
    solution: Solution,
    baseline: Solution,
    tests: tuple[ChiSquareTest, ...],
    exogenous: Collection[str] = (),
) -> FitInputs:
    """The scalars behind every fit measure; `exogenous` names the observed covariates."""
    method, base_tests = solution.method, baseline_tests(baseline)
    corrected = _corrected(solution, baseline, exogenous)
    scaled, base_scaled = (found[1] if method.scaled else None for found in (tests, base_tests))
    judged, base_judged = (found[1] if method.residual else None for found in (tests, base_tests))
    likely = method.discrepancy == "ML"
    close = closeness(solution, tests) if method.rules.noncentral_gfi else None
    return FitInputs(
        closeness=close,
        robust_closeness=None if close is None else _robust_closeness(close, scaled, corrected[0], solution),
        npar=solution.rank,
        n=solution.n,
        n_groups=len(solution.moments),
        test=tests[0],
        baseline=base_tests[0],
        residuals=residual_summary(group_moments(solution), method.discrepancy),
        scaled=scaled,
        baseline_scaled=base_scaled,
        judged=judged,
        baseline_judged=base_judged,
        corrected=corrected[0],
        baseline_corrected=corrected[1],
        logl=log_likelihood(solution) if likely else None,
        unrestricted_logl=saturated_log_likelihood(solution) if likely else None,
        discrepancy=method.discrepancy,
        likelihood=method.likelihood,
        ordinal=method.ordinal,
        rules=method.rules,
        wrmr=weighted_root_mean_residual(solution) if method.ordinal else None,
    )


def closeness(solution: Solution, tests: tuple[ChiSquareTest, ...]) -> Noncentrality:
    """What GFI rests on: of complete continuous data the residual test at the model, else the standard test."""
    method, n = solution.method, effective_n(solution)
    variables = len(solution.moments[0].names)
    if method.ordinal:
        ordinal = solution.moments[0].ordinal
        return Noncentrality(
            tests[0].stat, tests[0].df, n, variables if ordinal is None else len(ordinal.names)
        )
    if method.fiml:
        return Noncentrality(tests[0].stat, tests[0].df, n, variables)
    known = (test for test in tests if test.test == SECOND)
    second = next(known, None) or second_statistic(solution)
    return Noncentrality(second.stat, second.df, n, variables)


def _robust_closeness(
    plain: Noncentrality, scaled: ChiSquareTest | None, corrected: ChiSquareTest | None, solution: Solution
) -> Noncentrality | None:
    """With the scaling of the scaled test; of ordinal data with the test of the correlations, where there is one."""
    if scaled is None or scaled.test == "mean.var.adjusted":
        return None
    if solution.method.ordinal:
        stat, factor = (nan, nan) if corrected is None else (corrected.stat, corrected.scaling_factor)
        return replace(plain, stat=stat, factor=factor, n=solution.n)
    return replace(plain, factor=scaled.scaling_factor, shift=scaled.shift if isfinite(scaled.shift) else 0.0)


def _corrected(
    solution: Solution, baseline: Solution, exogenous: Collection[str]
) -> tuple[ChiSquareTest | None, ChiSquareTest | None]:
    """Tests behind the robust indices of incomplete and of ordinal data."""
    if solution.method.fiml:
        return corrected_tests(solution, baseline, exogenous)
    if solution.method.ordinal and solution.method.scaled and solution.method.test != "mean.var.adjusted":
        return correlation_tests(solution, baseline)
    return None, None


def group_moments(solution: Solution) -> list[GroupMoments]:
    """Sample beside implied moments, per group."""
    if solution.method.ordinal:
        return [
            _ordinal_moments(moments, implied, discrepancy)
            for moments, implied, discrepancy in zip(
                solution.moments, solution.implied(), solution.objective.discrepancies, strict=True
            )
        ]
    return [
        GroupMoments(
            sample_cov=moments.cov,
            implied_cov=implied.sigma,
            n=float(moments.total_weight),
            sample_mean=moments.mean if implied.mu is not None else None,
            implied_mean=implied.mu,
            exogenous=tuple(ram.exogenous.tolist()),
        )
        for moments, ram, implied in zip(solution.moments, solution.rams, solution.implied(), strict=True)
    ]


def _ordinal_moments(moments: SampleMoments, implied: Implied, discrepancy: Discrepancy) -> GroupMoments:
    """Thresholds and covariances (of y* given covariates, in its scale) beside the implied ones."""
    sample, model = ordinal_pair(moments, implied)
    return GroupMoments(
        sample_cov=residual_covariance(sample),
        implied_cov=residual_covariance(model),
        n=float(moments.total_weight),
        threshold_gaps=cut_points(sample) - cut_points(model),
        lengths=(
            float(discrepancy.evaluate(*implied.fitted).value),
            float(discrepancy.evaluate(np.zeros_like(model.moments), None).value),
        ),
        count=len(model.moments),
    )


def weighted_root_mean_residual(solution: Solution) -> float:
    """WRMR = √(χ²/e), e the number of sample moments; in several groups of one of them, as in lavaan.

    References
    ----------
    Yu (2002), Evaluating cutoff criteria of model fit indices, dissertation, UCLA.
    """
    return float(
        np.sqrt(np.sum(group_statistics(solution)) / solution.rams[0].engine.count(solution.rams[0]))
    )


def log_likelihood(solution: Solution) -> float:
    """Normal log-likelihood at the estimates; fixed covariates enter conditionally."""
    return sum(
        _joint(solution, moments, implied.sigma, implied.mu) - _covariates(moments, ram)
        for moments, ram, implied in zip(solution.moments, solution.rams, solution.implied(), strict=True)
    )


def saturated_log_likelihood(solution: Solution) -> float:
    """Normal log-likelihood of the unrestricted moments."""
    return sum(
        _joint(solution, moments, moments.cov, moments.mean) - _covariates(moments, ram)
        for moments, ram in zip(solution.moments, solution.rams, strict=True)
    )


def _joint(solution: Solution, moments: SampleMoments, sigma: Floats, mu: Floats | None) -> float:
    """Log-likelihood of a group, of its patterns with FIML."""
    if solution.method.fiml and moments.patterns is not None and mu is not None:
        return float(loglik(moments.patterns, fiml_value_gradient(moments.patterns, sigma, mu)[0]))
    return _normal(moments, sigma, mu)


def _normal(moments: SampleMoments, sigma: Floats, mu: Floats | None) -> float:
    """−n/2 [p log 2π + log|Σ| + tr(SΣ⁻¹) + (x̄−μ)ᵀΣ⁻¹(x̄−μ)]; without a mean structure μ = x̄."""
    inverse, logdet, _ = spd_inverse_logdet(sigma)
    total = len(sigma) * np.log(2 * np.pi) + logdet + np.sum(inverse * moments.cov)
    if mu is not None and moments.mean is not None:
        gap = moments.mean - mu
        total += gap @ inverse @ gap
    return float(-0.5 * float(moments.total_weight) * total)


def _covariates(moments: SampleMoments, ram: Ram) -> float:
    """Log-likelihood of the fixed covariates at their own moments."""
    x = ram.exogenous
    if not len(x):
        return 0.0
    block = moments.cov[np.ix_(x, x)]
    _, logdet, _ = spd_inverse_logdet(block)
    return float(-0.5 * float(moments.total_weight) * (len(x) * (np.log(2 * np.pi) + 1) + logdet))
