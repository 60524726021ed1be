"""Test a solution: its χ² statistics and the errors of its estimates, from raw data or moments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.sem.discrepancy.method import SECOND, Method
from mlbc_stats.sem.discrepancy.test_names import RESIDUAL, smoothing_of
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.estimation.unseen_moments import unseen_degrees
from mlbc_stats.sem.inference.chi_square import ChiSquareTest, scale, standard_test, withhold, yuan_bentler
from mlbc_stats.sem.inference.further_tests.eigenvalues import eigenvalue_test
from mlbc_stats.sem.inference.further_tests.residual import residual_test
from mlbc_stats.sem.inference.moment_covariance import (
    available_case_gamma,
    moment_covariances,
    saturated_trace,
    score_products,
)
from mlbc_stats.sem.inference.sandwich import MomentSpace, moment_space
from mlbc_stats.sem.inference.uncertainty import Uncertainty, uncertainty

ROBUST = ("robust.sem", "robust.sem.nt", "two.stage", "robust.two.stage")
"""Errors that need the sampling covariance of the moments."""


def solution_uncertainty(solution: Solution) -> Uncertainty:
    """vcov of the estimates by the solution's method."""
    return uncertainty(solution, lambda: _error_space(solution), lambda: score_products(solution))


def model_tests(solution: Solution) -> tuple[ChiSquareTest, ...]:
    """The standard χ² test, what the method judges by where that is another one, and what it shows beside."""
    if solution.varying:
        return empty_tests(solution)
    standard = _standard(solution)
    return standard, *(_further(solution, standard, test) for test in _names(solution.method))


def _names(method: Method) -> tuple[str, ...]:
    """Tests beside the standard one that need no draws."""
    judged = () if method.test in {"standard", "none", "bollen.stine"} else (method.test,)
    return tuple(each for each in (*judged, *method.beside) if each != "bollen.stine")


def empty_tests(solution: Solution) -> tuple[ChiSquareTest, ...]:
    """The tests of `model_tests` without numbers, for a point that is no solution, or without anything to test against.

    Slopes that vary between clusters leave no unrestricted moments, and so no degrees of freedom.
    """
    df = np.nan if solution.varying else degrees_of_freedom(solution)
    nothing = standard_test(np.nan, df, (np.nan,) * len(solution.moments))
    return nothing, *(withhold(nothing, test) for test in _names(solution.method))


def baseline_tests(baseline: Solution) -> tuple[ChiSquareTest, ...]:
    """Tests of the independence model; after two stages lavaan 0.6 scales it by the available answers."""
    method = replace(baseline.method, beside=())
    baseline = replace(baseline, method=method)
    if not (method.two_stage and method.scaled and method.rules.baseline_of_answers):
        return model_tests(baseline)
    space = moment_space(baseline, tuple(available_case_gamma(moments) for moments in baseline.moments))
    standard = _standard(baseline)
    return standard, _robust(baseline, standard, method.test, space)


def second_statistic(solution: Solution) -> ChiSquareTest:
    """Browne's residual test at the implied moments; for the normal likelihood the reweighted statistic."""
    return _residual(solution, SECOND)


def _standard(solution: Solution) -> ChiSquareTest:
    """χ² = Σ n_g F_g; without the weight that a χ² distribution needs it has no p value."""
    groups = group_statistics(solution)
    found = standard_test(float(np.sum(groups)), degrees_of_freedom(solution), tuple(groups))
    unreferenced = solution.method.discrepancy in solution.method.rules.unreferenced
    return replace(found, pvalue=np.nan) if unreferenced else found


def _further(solution: Solution, standard: ChiSquareTest, test: str) -> ChiSquareTest:
    """One test beside the standard one, by its name."""
    if not solution.saturated:
        return withhold(standard, test)
    if test in RESIDUAL:
        return _residual(solution, test)
    other = solution.method.details.test_information
    if other:
        details = replace(solution.method.details, test_information="")
        method = replace(solution.method, information=other, details=details)
        solution = replace(solution, method=method)
    smoothing = smoothing_of(test)
    if smoothing is not None:
        source = standard if smoothing.base == "ml" else second_statistic(solution)
        return eigenvalue_test(solution, test, smoothing, source)
    if test == "yuan.bentler.mplus":
        moments = int(standard.df) + solution.rank
        return yuan_bentler(
            standard, test, saturated_trace(solution), fitted_trace(solution), moments, len(solution.theta)
        )
    return _robust(solution, standard, test, space_of(solution))


def fitted_trace(solution: Solution) -> float:
    """tr(A₀⁻¹B₀) of a fitted model, A₀ its information and B₀ the mean cross product of its casewise scores."""
    return float(np.trace(solution_uncertainty(solution).inverse @ score_products(solution)))


def _residual(solution: Solution, test: str) -> ChiSquareTest:
    return residual_test(solution, test, degrees_of_freedom(solution), multipliers(solution))


def group_statistics(solution: Solution) -> list[float]:
    """Contribution of each group to χ²: its multiplier times its discrepancy.

    NaN where that was not minimized, or there are no unrestricted moments to compare with.
    """
    out = []
    if solution.method.discrepancy == "IV" or not solution.saturated:
        return [np.nan] * len(solution.moments)
    for discrepancy, implied, n in zip(
        solution.objective.discrepancies, solution.implied(), multipliers(solution), strict=True
    ):
        out.append(float(n * discrepancy.evaluate(*implied.fitted).value))
    return out


def multipliers(solution: Solution) -> list[float]:
    """n of each group for the normal likelihood, n − 1 for Wishart and for least squares."""
    lost = 0 if solution.method.discrepancy == "ML" and solution.method.likelihood == "normal" else 1
    return [float(moments.total_weight) - lost for moments in solution.moments]


def degrees_of_freedom(solution: Solution) -> int:
    """Sample moments (those of fixed covariates left out) minus parameters after equality constraints.

    Moments of variables that are never observed together do not count, nor do parameters that they alone would tell.
    """
    return sum(ram.engine.count(ram) for ram in solution.rams) - solution.rank - unseen_degrees(solution)


def space_of(solution: Solution) -> MomentSpace:
    """Moment space with the sampling covariances that scaled tests call for; with ordinal data as Mplus (n − 1)/n Γ."""
    space = moment_space(solution, moment_covariances(solution))
    less = solution.method.details.mplus and solution.method.ordinal
    return _multiplied(space, solution, solution.method.details.gamma_n_minus_one - less)


def _error_space(solution: Solution) -> MomentSpace:
    """The same for robust errors; as Mplus with n/(n − 1) Γ, of MLM but for the covariance of the means."""
    method = solution.method
    if (method.saturated_weight or method.information == "h1") and method.se not in ROBUST:
        return moment_space(solution, ())
    space = moment_space(solution, moment_covariances(solution))
    if not (method.details.mplus and method.se == "robust.sem"):
        return _multiplied(space, solution, int(method.details.gamma_n_minus_one))
    more = _multiplied(space, solution, 1)
    if method.discrepancy == "ML" and solution.rams[0].means:
        for scaled, plain, moments in zip(more.gamma, space.gamma, solution.moments, strict=True):
            p = len(moments.names)
            scaled[:p, :p] = plain[:p, :p]
    return more


def _multiplied(space: MomentSpace, solution: Solution, power: int) -> MomentSpace:
    """The space with Γ times (n/(n − 1))^power, n of each group."""
    if not power:
        return space
    sizes = [float(moments.total_weight) for moments in solution.moments]
    return replace(
        space, gamma=tuple(g * (n / (n - 1)) ** power for g, n in zip(space.gamma, sizes, strict=True))
    )


def _robust(solution: Solution, standard: ChiSquareTest, test: str, space: MomentSpace) -> ChiSquareTest:
    expected = solution.method.information == "expected" and not solution.method.saturated_weight
    inverse = solution.expected_inverse.matrix if expected else solution_uncertainty(solution).inverse
    trace, squared = space.residual_traces(inverse)
    return scale(standard, test, trace, squared, solution.shares)
