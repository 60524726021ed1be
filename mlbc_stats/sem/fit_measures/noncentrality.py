"""Gather what GFI rests on from a solution and its tests."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan

from mlbc_stats.sem.discrepancy.method import SECOND
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.fit_measures.inputs import Noncentrality
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.model_tests import second_statistic
from mlbc_stats.sem.inference.uncertainty import effective_n


def noncentrality(solution: Solution, tests: tuple[ChiSquareTest, ...]) -> Noncentrality:
    """What GFI rests on: of complete continuous data the residual test at the model, else the standard test.

    With two levels the variables are those within clusters, as in lavaan.
    """
    method, n = solution.method, effective_n(solution)
    variables = len(solution.moments[0].names)
    if method.ordinal:
        found = solution.moments[0].ordinal
        if found is not None:
            variables = found.n_within or len(found.names)
        return Noncentrality(tests[0].stat, tests[0].df, n, variables)
    levels = solution.moments[0].levels
    if levels is not None:
        return Noncentrality(tests[0].stat, tests[0].df, n, levels.data.layout.n_within)
    if method.fiml:
        return Noncentrality(tests[0].stat, tests[0].df, n, variables)
    known = (test for test in tests if test.test == SECOND)
    second = next(known, None) or second_statistic(solution)
    return Noncentrality(second.stat, second.df, n, variables)


def robust_noncentrality(
    plain: Noncentrality, scaled: ChiSquareTest | None, corrected: ChiSquareTest | None, solution: Solution
) -> Noncentrality | None:
    """With the scaling of the scaled test; of incomplete and of ordinal data with the tests of their robust indices."""
    if solution.method.fiml and corrected is not None:
        return replace(plain, stat=corrected.stat, factor=corrected.scaling_factor, n=solution.n)
    if scaled is None or scaled.test == "mean.var.adjusted":
        return None
    if solution.method.ordinal:
        stat, factor = (nan, nan) if corrected is None else (corrected.stat, corrected.scaling_factor)
        return replace(plain, stat=stat, factor=factor, n=solution.n)
    return replace(plain, factor=scaled.scaling_factor, shift=scaled.shift if isfinite(scaled.shift) else 0.0)
