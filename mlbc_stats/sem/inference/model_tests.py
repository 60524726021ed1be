"""Test a solution: its χ² statistics and the errors of its estimates, from raw data or moments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.inference.chi_square import ChiSquareTest, scale, standard_test, yuan_bentler
from mlbc_stats.sem.inference.moment_covariance import (
    available_case_gamma,
    moment_covariances,
    saturated_trace,
    score_products,
)
from mlbc_stats.sem.inference.sandwich import MomentSpace, moment_space
from mlbc_stats.sem.inference.uncertainty import Uncertainty, uncertainty


def solution_uncertainty(solution: Solution) -> Uncertainty:
    """vcov of the estimates by the solution's method."""
    return uncertainty(solution, lambda: space_of(solution), lambda: score_products(solution))


def model_tests(solution: Solution) -> tuple[ChiSquareTest, ...]:
    """The standard χ² test and, where the method asks for one, its robust form."""
    groups = group_statistics(solution)
    standard = standard_test(float(np.sum(groups)), degrees_of_freedom(solution), tuple(groups))
    test = solution.method.test
    if test in {"standard", "none", "bollen.stine"} or solution.method.discrepancy == "IV":
        return (standard,)
    if test.startswith("yuan.bentler"):
        fitted = np.trace(solution_uncertainty(solution).inverse @ score_products(solution))
        moments = int(standard.df) + solution.rank
        return standard, yuan_bentler(
            standard, test, saturated_trace(solution), float(fitted), moments, len(solution.theta)
        )
    return standard, _robust(solution, standard, test, space_of(solution))


def baseline_tests(baseline: Solution) -> tuple[ChiSquareTest, ...]:
    """Tests of the independence model.

    After two stages its scaling rests on the covariances of the available answers, as in lavaan 0.6-14.
    """
    if not baseline.method.two_stage:
        return model_tests(baseline)
    standard = model_tests(replace(baseline, method=replace(baseline.method, test="standard")))[0]
    space = moment_space(baseline, tuple(available_case_gamma(moments) for moments in baseline.moments))
    return standard, _robust(baseline, standard, baseline.method.test, space)


def group_statistics(solution: Solution) -> list[float]:
    """Contribution of each group to χ²: its multiplier times its discrepancy; NaN where that was not minimized."""
    out = []
    if solution.method.discrepancy == "IV":
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
    """Sample moments (those of fixed covariates left out) minus parameters after equality constraints."""
    return sum(ram.engine.count(ram) for ram in solution.rams) - solution.rank


def space_of(solution: Solution) -> MomentSpace:
    """Moment space with the sampling covariances that the method's errors call for."""
    return moment_space(solution, moment_covariances(solution))


def _robust(solution: Solution, standard: ChiSquareTest, test: str, space: MomentSpace) -> ChiSquareTest:
    expected = solution.method.information == "expected" and not solution.method.two_stage
    inverse = solution.expected_inverse.matrix if expected else solution_uncertainty(solution).inverse
    trace, squared = space.residual_traces(inverse)
    return scale(standard, test, trace, squared, solution.shares)
