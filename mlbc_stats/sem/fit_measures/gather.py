"""Gather what fit measures need from a solution and its baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.incomplete.fiml import fiml_value_gradient
from mlbc_stats.moments.incomplete.saturated import loglik
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.fit_measures.group_moments import group_moments
from mlbc_stats.sem.fit_measures.inputs import FitInputs, ResidualSummary
from mlbc_stats.sem.fit_measures.levels import level_covariates, level_indices
from mlbc_stats.sem.fit_measures.noncentrality import noncentrality, robust_noncentrality
from mlbc_stats.sem.fit_measures.residual import residual_summary
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.fiml_correction import corrected_tests
from mlbc_stats.sem.inference.model_tests import baseline_tests, empty_tests, group_statistics
from mlbc_stats.sem.inference.ordinal_correction import correlation_tests


def fit_inputs(
    solution: Solution,
    baseline: Solution | None,
    tests: tuple[ChiSquareTest, ...],
    exogenous: Collection[str] = (),
) -> FitInputs:
    """The scalars behind every fit measure; `exogenous` names the observed covariates.

    Without a baseline the indices that compare with one are NaN.
    """
    method = solution.method
    base_tests = _no_tests(solution) if baseline is None else baseline_tests(baseline)
    corrected = _corrected(solution, baseline or solution, exogenous)
    if baseline is None and corrected[1] is not None:
        corrected = corrected[0], replace(corrected[1], stat=np.nan, df=np.nan)
    scaled, base_scaled = (found[1] if method.scaled else None for found in (tests, base_tests))
    judged, base_judged = (found[1] if method.residual else None for found in (tests, base_tests))
    likely = method.discrepancy == "ML"
    close = noncentrality(solution, tests) if method.rules.noncentral_gfi else None
    return FitInputs(
        closeness=close,
        robust_closeness=None
        if close is None
        else robust_noncentrality(close, scaled, corrected[0], solution),
        npar=solution.rank,
        n=solution.n,
        n_groups=len(solution.moments),
        sizes=tuple(float(each.total_weight) for each in solution.moments),
        test=tests[0],
        baseline=base_tests[0],
        residuals=_residuals(solution),
        levels=level_indices(solution),
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
        mplus_srmr=method.details.mplus and method.information != "expected",
        wrmr=weighted_root_mean_residual(solution) if method.ordinal else None,
    )


def _residuals(solution: Solution) -> ResidualSummary:
    """The distances of one level; two levels have their own (see `LevelIndices`)."""
    if solution.moments[0].cluster_sizes is not None:
        return ResidualSummary()
    method = solution.method
    return residual_summary(group_moments(solution), "GLS" if method.two_stage else method.discrepancy)


def _no_tests(solution: Solution) -> tuple[ChiSquareTest, ...]:
    found = empty_tests(replace(solution, method=replace(solution.method, beside=())))
    return tuple(replace(test, df=np.nan) for test in found)


def _corrected(
    solution: Solution, baseline: Solution, exogenous: Collection[str]
) -> tuple[ChiSquareTest | None, ChiSquareTest | None]:
    """Tests behind the robust indices of incomplete and of ordinal data."""
    if solution.moments[0].levels is not None:  # no correction for missing values is known for two levels
        unknown = ChiSquareTest("corrected", np.nan, np.nan, np.nan, np.nan)
        return (unknown, unknown) if solution.method.fiml else (None, None)
    if solution.method.fiml:
        return corrected_tests(solution, baseline, exogenous)
    if solution.method.ordinal and solution.method.scaled and solution.method.test != "mean.var.adjusted":
        return correlation_tests(solution, baseline)
    return None, None


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
        _joint(solution, moments, *implied.fitted) - _covariates(moments, ram)
        for moments, ram, implied in zip(solution.moments, solution.rams, solution.implied(), strict=True)
    )


def saturated_log_likelihood(solution: Solution) -> float:
    """Normal log-likelihood of the unrestricted moments; NaN where incomplete data leave it no maximum."""
    if not solution.saturated:
        return np.nan
    return sum(
        _joint(solution, moments, moments.cov, moments.mean) - _covariates(moments, ram)
        for moments, ram in zip(solution.moments, solution.rams, strict=True)
    )


def _joint(solution: Solution, moments: SampleMoments, sigma: Floats, mu: Floats | None) -> float:
    """Log-likelihood of a group, of its patterns with FIML, of its clusters with two levels."""
    if moments.levels is not None and mu is not None:
        return moments.levels.log_likelihood(float(moments.levels.data.likely(sigma, mu, False).value))
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
    if moments.levels is not None:
        return level_covariates(moments, ram)
    block = moments.cov[np.ix_(x, x)]
    _, logdet, _ = spd_inverse_logdet(block)
    return float(-0.5 * float(moments.total_weight) * (len(x) * (np.log(2 * np.pi) + 1) + logdet))
