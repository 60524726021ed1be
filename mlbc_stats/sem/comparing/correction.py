"""Test one pair of nested models by a chosen method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.comparing.difference import (
    Difference,
    corrected_difference,
    plain_difference,
    scaled_difference,
)
from mlbc_stats.sem.comparing.restriction import delta_restrictions, exact_restrictions, restriction_traces
from mlbc_stats.sem.estimation.objective import evaluate_at
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.fit_measures.gather import log_likelihood
from mlbc_stats.sem.inference.carried_values import carry
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom, fitted_trace, model_tests

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

METHODS = ("default", "standard", "satorra_bentler_2001", "satorra_bentler_2010", "satorra_2000")

MEAN_SCALED = {"satorra.bentler", "yuan.bentler", "yuan.bentler.mplus"}
"""Tests that divide by one factor; only their factors can be combined."""

SHIFTED = {"scaled.shifted", "mean.var.adjusted"}


def pair_difference(
    free: FittedModel, restricted: FittedModel, method: str, a_method: str, shifted: bool
) -> tuple[Difference, list[str]]:
    """The test of one pair and what must be said about it."""
    one, zero = free.tests[0], restricted.tests[0]
    stat = zero.stat - one.stat
    df = degrees_of_freedom(restricted.solution) - degrees_of_freedom(free.solution)
    if not free.solution.saturated:  # both statistics would rest on the same saturated model, which cancels
        stat = 2 * (log_likelihood(free.solution) - log_likelihood(restricted.solution))
    if method == "standard":
        loose = free.method.discrepancy == "ULS"
        notes = ["the plain ULS statistic is not χ²-distributed; use estimator='ULSMV'"] if loose else []
        return plain_difference(stat, df, free.solution.n, len(free.moments)), notes
    if method == "satorra_2000" and free.solution.saturated:
        return _satorra_2000(free, restricted, stat, df, a_method, shifted)
    if not free.solution.saturated:
        return _unsaturated(free, restricted, method, stat, df)
    factor, notes = free.tests[1].scaling_factor, []
    if method == "satorra_bentler_2010":
        factor, notes = _carried_factor(free, restricted)
    pair = (round(zero.df), restricted.tests[1].scaling_factor), (round(one.df), factor)
    return scaled_difference(stat, df, *pair), notes


def _unsaturated(
    free: FittedModel, restricted: FittedModel, method: str, stat: float, df: int
) -> tuple[Difference, list[str]]:
    """T/c without saturated moments, whose trace cancels: df·c is tr(A₁⁻¹B₁) − tr(A₀⁻¹B₀) of the fitted models."""
    solution, notes = free.solution, list[str]()
    if method == "satorra_2000":
        return Difference(np.nan, df, np.nan), [
            "method='satorra_2000' needs unrestricted moments, which these incomplete data leave no maximum; "
            "use method='satorra_bentler_2001'"
        ]
    if method == "satorra_bentler_2010":
        solution, notes = _carried_solution(free, restricted)
    traces = fitted_trace(restricted.solution), fitted_trace(solution)
    return scaled_difference(stat, df, (1, -traces[0]), (1, -traces[1])), notes


def choose_method(method: str, test: str) -> str:
    """The method that a name stands for, given the test of the fits."""
    name = method.replace(".", "_").replace("-", "_").lower()
    if name not in METHODS:
        raise ModelError(f"method={method!r} is not known; use one of {', '.join(METHODS)}")
    if name == "default":
        return (
            "satorra_bentler_2001"
            if test in MEAN_SCALED
            else "satorra_2000"
            if test in SHIFTED
            else "standard"
        )
    if name == "standard" or test in MEAN_SCALED or (name == "satorra_2000" and test in SHIFTED):
        return name
    if test in SHIFTED:
        raise ModelError(
            f"method={method!r} combines scaling factors, but the fits' test ({test}) is not scaled by one factor; "
            "use method='satorra_2000'"
        )
    raise ModelError(
        f"method={method!r} needs fits with a robust test, but theirs is {test!r}; refit with estimator='MLM' or 'MLR'"
    )


def _satorra_2000(
    free: FittedModel, restricted: FittedModel, stat: float, df: int, a_method: str, shifted: bool
) -> tuple[Difference, list[str]]:
    jacobian = (delta_restrictions if a_method == "delta" else exact_restrictions)(free, restricted)
    notes = []
    if len(jacobian) != df:
        notes.append(
            f"the parameter tables differ by {len(jacobian)} restrictions, the models by {df} degrees of freedom: "
            "the restricted model frees parameters that the other one fixes; use a_method='delta'"
        )
    form = "shifted" if shifted else "adjusted" if free.method.test in SHIFTED else "scaled"
    return corrected_difference(stat, df, *restriction_traces(free, jacobian), form), notes


def _carried_factor(free: FittedModel, restricted: FittedModel) -> tuple[float, list[str]]:
    """Scaling factor of the freer model at the restricted estimates."""
    solution, notes = _carried_solution(free, restricted)
    return model_tests(solution)[1].scaling_factor, notes


def _carried_solution(free: FittedModel, restricted: FittedModel) -> tuple[Solution, list[str]]:
    """The freer model at the restricted estimates."""
    theta = carry(restricted.table, restricted.solution.rams, restricted.theta, free.table)
    solution = replace(free.solution, theta=theta, level=None)
    value, own = (
        float(evaluate_at(each.objective, each.theta, each.implied()).value)
        for each in (solution, restricted.solution)
    )
    if np.isclose(value, own, rtol=1e-6):
        return solution, []
    return solution, [
        "the restricted estimates are not a point of the freer model, which fixes some of them at other values; the "
        "scaling factor is taken at the nearest names (as lavaan does). method='satorra_2000' does not need that point"
    ]
