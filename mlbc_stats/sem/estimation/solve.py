"""Solve a model for its sample moments: starting values, minimizer, a second strategy, the solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space, linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation import weights as binding
from mlbc_stats.sem.estimation.constrained import (
    Bounds,
    Constrained,
    bounds_of,
    minimize_constrained,
    tangent_space,
)
from mlbc_stats.sem.estimation.objective import Objective
from mlbc_stats.sem.estimation.scoring import Estimate, minimize
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.starting.values import further_starts, start_values

RETRY_FROM = 20
"""A limit below this many iterations is a user's wish to stop early: no second strategy then."""


def solve(
    table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method, max_iter: int
) -> tuple[Solution, Estimate]:
    """The solution of a model, and where the optimizer stopped."""
    rams = tuple(
        fill_exogenous(ram, each.cov, each.mean)
        for ram, each in zip(compile_table(table), moments, strict=True)
    )
    discrepancies = tuple(binding.bind(method, each, ram) for each, ram in zip(moments, rams, strict=True))
    objective = Objective(rams, discrepancies, binding.shares(method, moments), table.n_free)
    system = constraint_system(table)
    space, bounds = linear_space(system), bounds_of(system.equalities, system.inequalities)
    got = _minimize(table, objective, moments, space, bounds, max_iter)
    basis, tangent = _spaces(space, bounds, got)
    n = sum(float(each.n) for each in moments)
    weighed = replace(objective, shares=binding.case_shares(moments))
    return Solution(weighed, moments, method, got.estimate.theta, basis, tangent, n), got.estimate


def _minimize(
    table: ParameterTable,
    objective: Objective,
    moments: Sequence[SampleMoments],
    space: Space,
    bounds: Bounds | None,
    max_iter: int,
) -> Constrained:
    start = start_values(table, moments)
    start = _project(start, space)
    got = _optimize(objective, start[None], space, bounds, max_iter)
    if got.estimate.converged[0] or max_iter < RETRY_FROM:
        return _element(got, 0)
    more = further_starts(table, moments, start)
    again = _optimize(objective, _project(more, space), space, bounds, max_iter)
    solved = np.flatnonzero(again.estimate.converged)
    if not len(solved):
        return _element(got, 0)
    return _element(again, int(solved[np.argmin(again.estimate.value[solved])]))


def _project(theta: Floats, space: Space) -> Floats:
    """Nearest point of the affine space to each theta (..., q)."""
    if space.basis is None:
        return theta
    return space.origin + (theta - space.origin) @ space.basis @ space.basis.T


def _optimize(
    objective: Objective, start: Floats, space: Space, bounds: Bounds | None, max_iter: int
) -> Constrained:
    if bounds is not None:
        return minimize_constrained(objective, start, space, bounds, max_iter)
    none = np.zeros((len(start), 0))
    return Constrained(minimize(objective, start, space, max_iter), none, none.astype(bool))


def _element(got: Constrained, i: int) -> Constrained:
    e = got.estimate
    single = Estimate(e.theta[i], e.value[i], e.gradient_norm[i], e.iterations[i], e.converged[i])
    return Constrained(single, got.multipliers[i], got.active[i])


def _spaces(space: Space, bounds: Bounds | None, got: Constrained) -> tuple[Floats | None, Floats | None]:
    """Directions left by the equalities alone, and by the binding inequalities as well."""
    if bounds is None:
        return space.basis, space.basis
    theta, equal = got.estimate.theta, np.arange(len(got.active)) < bounds.n_equal
    return (
        tangent_space(space, bounds, theta, equal),
        tangent_space(space, bounds, theta, got.active),
    )
