"""Solve a model for its sample moments: the objective, its constraints, the search, the solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.feasibility import check_inequalities
from mlbc_stats.sem.constraints.linear_space import Space, check_consistent, linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.discrepancy.functions import Discrepancy, maximum_likelihood
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation import weights as binding
from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.estimation.constrained import (
    Bounds,
    Constrained,
    bounds_of,
    tangent_space,
)
from mlbc_stats.sem.estimation.objective import Objective, evaluate
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.search.best_point import best_point
from mlbc_stats.sem.estimation.search.problem import Problem
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.starting.values import start_values


@dataclass(frozen=True, slots=True)
class Solved:
    """Where the search for a solution ended: the solution, the optimizer's last point and its audit."""

    solution: Solution
    estimate: Estimate
    audit: Audit


def solve(table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method, max_iter: int) -> Solved:
    """The solution of a model: the optimizer proposes points, the audit alone decides which is one."""
    objective = bind_objective(table, moments, method)
    system = constraint_system(table)
    space, bounds = linear_space(system), bounds_of(system.equalities, system.inequalities)
    check_consistent(system, space, table)
    check_inequalities(system)
    leveled = any(each.levels is not None for each in moments)
    rough = replace(objective, discrepancies=_rough(moments)) if method.fiml and not leveled else objective
    found = best_point(Problem(table, moments, objective, rough, space, bounds, max_iter))
    got, audit = found.got, found.audit
    basis, tangent = _spaces(space, bounds, got)
    n = sum(float(each.n) for each in moments)
    weighed = replace(objective, shares=binding.case_shares(moments))
    solution = Solution(weighed, moments, method, got.estimate.theta, basis, tangent, n, level=audit.flat)
    return Solved(solution, replace(got.estimate, converged=np.asarray(audit.passed)), audit)


def start_point(table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method) -> Solved:
    """The model where a search would start, which is no solution."""
    objective = bind_objective(table, moments, method)
    space = linear_space(constraint_system(table))
    theta = Problem(table, moments, objective, objective, space, None, 0).project(
        start_values(table, moments)
    )
    value = evaluate(objective, theta[None]).value[0]
    never = np.asarray(False)
    estimate = Estimate(theta, np.asarray(value), np.asarray(np.nan), np.asarray(0), never)
    weighed = replace(objective, shares=binding.case_shares(moments))
    n = sum(float(each.n) for each in moments)
    solution = Solution(weighed, moments, method, theta, space.basis, space.basis, n)
    return Solved(solution, estimate, Audit(np.inf, 0.0, 0.0, np.nan, np.zeros(len(theta))))


def bind_objective(table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method) -> Objective:
    """The method's discrepancy of a model, over all groups."""
    rams = tuple(
        fill_exogenous(ram, each.cov, each.mean)
        for ram, each in zip(compile_table(table), moments, strict=True)
    )
    discrepancies = tuple(binding.bind(method, each, ram) for each, ram in zip(moments, rams, strict=True))
    return Objective(rams, discrepancies, binding.shares(method, moments), table.n_free)


def _rough(moments: Sequence[SampleMoments]) -> tuple[Discrepancy, ...]:
    """Complete-data ML for the saturated moments of incomplete data: its minima lie near theirs, at a fraction."""
    return tuple(maximum_likelihood(each.start.cov, each.start.mean) for each in moments)


def _spaces(space: Space, bounds: Bounds | None, got: Constrained) -> tuple[Floats | None, Floats | None]:
    """Directions left by the equalities alone, and by the binding inequalities as well."""
    if bounds is None:
        return space.basis, space.basis
    theta, equal = got.estimate.theta, np.arange(len(got.active)) < bounds.n_equal
    return (
        tangent_space(space, bounds, theta, equal),
        tangent_space(space, bounds, theta, got.active),
    )
