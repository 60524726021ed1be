"""Solve a model for its sample moments: starting values, minimizer, a second strategy, the solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space, check_consistent, linear_space
from mlbc_stats.sem.constraints.system import constraint_system
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation import weights as binding
from mlbc_stats.sem.estimation.audit import Audit, audit_point
from mlbc_stats.sem.estimation.constrained import (
    Bounds,
    Constrained,
    bounds_of,
    minimize_constrained,
    tangent_space,
)
from mlbc_stats.sem.estimation.newton import newton_finish
from mlbc_stats.sem.estimation.objective import Objective, evaluate
from mlbc_stats.sem.estimation.refit import admissible
from mlbc_stats.sem.estimation.scoring import ROUNDING, Estimate, minimize
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.ranking import ranked
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.starting.values import further_starts, start_values

ESCAPES = 8
"""Saddle points that are left along their negative curvature before the search gives up."""

LENGTHS = np.geomspace(0.01, 3.0, 12)
"""Steps along a direction of negative curvature, in units of 1 / √|curvature| of its parameters."""

KEPT = 3
"""Points from further starts that are audited, the lowest first."""

SAME = 1e-8
"""Difference of F, relative to 1 + |F|, below which two points are as good."""

RETRY_FROM = 20
"""A limit below this many iterations is a user's wish to stop early: no second strategy then."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Where the search for a solution ended: the solution, the optimizer's last point and its audit."""

    solution: Solution
    estimate: Estimate
    audit: Audit


@dataclass(frozen=True, slots=True)
class Audited:
    """A point with its audit, and whether its variances are not negative."""

    got: Constrained
    audit: Audit
    admissible: bool

    @property
    def value(self) -> float:
        """F."""
        return float(self.got.estimate.value)


def solve(table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method, max_iter: int) -> Solved:
    """The solution of a model: the optimizer proposes points, the audit alone decides which is one."""
    objective = bind_objective(table, moments, method)
    system = constraint_system(table)
    space, bounds = linear_space(system), bounds_of(system.equalities, system.inequalities)
    check_consistent(system, space, table)
    found = _minimize(table, objective, moments, space, bounds, max_iter)
    got, audit = found.got, found.audit
    basis, tangent = _spaces(space, bounds, got)
    n = sum(float(each.n) for each in moments)
    weighed = replace(objective, shares=binding.case_shares(moments))
    solution = Solution(weighed, moments, method, got.estimate.theta, basis, tangent, n)
    return Solved(solution, replace(got.estimate, converged=np.asarray(audit.passed)), audit)


def bind_objective(table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method) -> Objective:
    """The method's discrepancy of a model, over all groups."""
    rams = tuple(
        fill_exogenous(ram, each.cov, each.mean)
        for ram, each in zip(compile_table(table), moments, strict=True)
    )
    discrepancies = tuple(binding.bind(method, each, ram) for each, ram in zip(moments, rams, strict=True))
    return Objective(rams, discrepancies, binding.shares(method, moments), table.n_free)


def _minimize(
    table: ParameterTable,
    objective: Objective,
    moments: Sequence[SampleMoments],
    space: Space,
    bounds: Bounds | None,
    max_iter: int,
) -> Audited:
    """The best point that the audit passes, an admissible one before others; further starts where the first fails.

    Further starts are tried where the first leads to no solution, over a saddle point, or to a negative variance.
    """
    first = _project(start_values(table, moments), space)
    reached = _element(_optimize(objective, first[None], space, bounds, max_iter), 0)
    found = _follow(objective, reached, space, bounds, max_iter)
    if max_iter < RETRY_FROM or (found.audit.passed and found.admissible and not found.audit.escapes):
        return found
    more = _project(further_starts(table, moments, first), space)
    again = _optimize(objective, more, space, bounds, max_iter)
    order = np.flatnonzero(again.estimate.converged)
    order = order[ranked(again.estimate.value[order], SAME)]
    others = [
        _follow(objective, _element(again, i), space, bounds, max_iter)
        for i in _distinct(again.estimate.value, order)[:KEPT]
    ]
    best = _best([found, *others])
    lowest = min((each.value for each in (found, *others) if each.audit.passed), default=np.inf)
    passed_over = lowest if lowest < best.value - _slack(best.value) else np.nan
    return replace(best, audit=replace(best.audit, starts=1 + len(more), lower=passed_over))


def _best(points: Sequence[Audited]) -> Audited:
    """The lowest of those that the audit passes and that are admissible, where there are any; of equals the first."""
    first = min((not each.audit.passed, not each.admissible) for each in points)
    alike = [each for each in points if (not each.audit.passed, not each.admissible) == first]
    return alike[ranked(np.array([each.value for each in alike]), SAME)[0]]


def _distinct(value: Floats, order: NDArray[np.intp]) -> list[int]:
    """The first of each group of equal values (B,), in the given order."""
    out: list[int] = []
    for i in order.tolist():
        if not out or value[i] > value[out[-1]] + _slack(value[i]):
            out.append(i)
    return out


def _slack(value: float) -> float:
    return SAME * (1 + abs(value))


def _follow(
    objective: Objective, got: Constrained, space: Space, bounds: Bounds | None, max_iter: int
) -> Audited:
    """Audit a point; from a saddle point step along the negative curvature and go on."""
    audit, escapes = audit_point(objective, space, bounds, got), 0
    if not audit.stationary and bounds is None and max_iter >= RETRY_FROM and not objective.scoring_only:
        got = replace(got, estimate=newton_finish(objective, got.estimate, space))
        audit = audit_point(objective, space, bounds, got)
    while audit.saddle and audit.stationary and escapes < ESCAPES:
        lower = _lower_point(objective, got.estimate, audit.downhill, space)
        if lower is None:
            break
        got = _element(_optimize(objective, lower[None], space, bounds, max_iter), 0)
        audit, escapes = audit_point(objective, space, bounds, got), escapes + 1
    fine = admissible(objective.rams, got.estimate.theta[None])[0]
    return Audited(got, replace(audit, escapes=escapes), bool(fine))


def _lower_point(objective: Objective, estimate: Estimate, downhill: Floats, space: Space) -> Floats | None:
    """The lowest of some points along a direction of negative curvature, both ways; None where none is lower."""
    steps = np.concatenate([LENGTHS, -LENGTHS])[:, None]
    points = _project(estimate.theta + steps * downhill, space)
    value = evaluate(objective, points).value
    best = int(np.nanargmin(np.where(np.isnan(value), np.inf, value)))
    drop = ROUNDING * (1 + abs(float(estimate.value)))
    return points[best] if value[best] < float(estimate.value) - drop else None


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
