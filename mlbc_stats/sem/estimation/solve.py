"""Solve a model for its sample moments: starting values, minimizer, a second strategy, the solution."""

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
from mlbc_stats.sem.estimation.proper import proper
from mlbc_stats.sem.estimation.scoring import ROUNDING, Estimate, minimize
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.ranking import ranked
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.starting.mirrored import mirrored
from mlbc_stats.sem.starting.values import further_starts, start_values

ESCAPES = 8
"""Saddle points that are left along their negative curvature before the search gives up."""

LENGTHS = np.geomspace(0.01, 3.0, 12)
"""Steps along a direction of negative curvature, in units of 1 / √|curvature| of its parameters."""

KEPT = 4
"""Points from further starts that are audited, the lowest first."""

PATIENCE = 20
"""Steps of scoring after which Newton steps with the exact Hessian take over."""

SAME = 1e-8
"""Difference of F, relative to 1 + |F|, below which two points are as good."""

ALIKE = 1e-3
"""The same for points at which the search was broken off: they may be on their way to one minimum."""

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
    """A point with its audit, and whether its variances and covariance matrices can be any."""

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
    check_inequalities(system)
    rough = replace(objective, discrepancies=_rough(moments)) if method.fiml else objective
    found = _minimize(table, objective, rough, moments, space, bounds, max_iter)
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


def _rough(moments: Sequence[SampleMoments]) -> tuple[Discrepancy, ...]:
    """Complete-data ML for the saturated moments of incomplete data: its minima lie near theirs, at a fraction."""
    return tuple(maximum_likelihood(each.start.cov, each.start.mean) for each in moments)


def _minimize(
    table: ParameterTable,
    objective: Objective,
    rough: Objective,
    moments: Sequence[SampleMoments],
    space: Space,
    bounds: Bounds | None,
    max_iter: int,
) -> Audited:
    """The best point that the audit passes, an admissible one before others; further starts where the first fails.

    Further starts are tried where the first leads to no solution, over a saddle point, or to an inadmissible point;
    with incomplete data they are sorted by the `rough` objective first.
    """
    first = _project(start_values(table, moments), space)
    patience = max_iter if bounds is not None or objective.scoring_only else min(max_iter, PATIENCE)
    reached = _element(_optimize(objective, first[None], space, bounds, patience), 0)
    found = _follow(table, objective, reached, space, bounds, max_iter)
    if max_iter < RETRY_FROM or _fine(found):
        return found
    points = [found, *_beyond(table, objective, moments, found, space, bounds, max_iter)]
    best, count = _best(points), len(points)
    if not _fine(best):
        more = starts = _project(further_starts(table, moments, first), space)
        if rough is not objective:
            ends = _optimize(rough, starts, space, bounds, patience)
            starts = ends.estimate.theta[_lowest(ends)]
        again = _optimize(objective, starts, space, bounds, patience)
        points += [
            _follow(table, objective, _element(again, i), space, bounds, max_iter) for i in _lowest(again)
        ]
        if not _best(points).audit.passed:
            last = min(points, key=lambda each: each.value)
            points += _beyond(table, objective, moments, last, space, bounds, max_iter) or [
                _follow(table, objective, last.got, space, bounds, max_iter, patient=True)
            ]
        best, count = _best(points), 1 + len(more)
    lowest = min((each.value for each in points if each.audit.passed), default=np.inf)
    passed_over = lowest if lowest < best.value - _slack(best.value) else np.nan
    return replace(best, audit=replace(best.audit, starts=count, lower=passed_over))


def _fine(point: Audited) -> bool:
    return point.audit.passed and point.admissible and not point.audit.escapes


def _beyond(
    table: ParameterTable,
    objective: Objective,
    moments: Sequence[SampleMoments],
    point: Audited,
    space: Space,
    bounds: Bounds | None,
    max_iter: int,
) -> list[Audited]:
    """Where the search ends beyond infinity, if a factor has lost its marker on the way there; else nothing."""
    if point.audit.passed or bounds is not None or objective.scoring_only:
        return []
    theta = mirrored(table, moments, point.got.estimate.theta, space.basis is not None)
    if theta is None:
        return []
    got = _element(_optimize(objective, _project(theta, space)[None], space, bounds, PATIENCE), 0)
    return [_follow(table, objective, got, space, bounds, max_iter, patient=True)]


def _best(points: Sequence[Audited]) -> Audited:
    """The lowest of those that the audit passes and that are admissible, where there are any; of equals the first."""
    first = min((not each.audit.passed, not each.admissible) for each in points)
    alike = [each for each in points if (not each.audit.passed, not each.admissible) == first]
    return alike[ranked(np.array([each.value for each in alike]), SAME)[0]]


def _lowest(got: Constrained) -> list[int]:
    """The lowest ends that differ, those that converged before others."""
    value, out = got.estimate.value, []
    for solved in (True, False):
        order = np.flatnonzero((got.estimate.converged == solved) & np.isfinite(value))
        last = -np.inf
        apart = 1.0 if solved else ALIKE / SAME
        for i in order[ranked(value[order], SAME)].tolist():
            if value[i] > last + apart * _slack(value[i]):
                out.append(i)
                last = value[i]
    return out[:KEPT]


def _slack(value: float) -> float:
    return SAME * (1 + abs(value))


def _follow(
    table: ParameterTable,
    objective: Objective,
    got: Constrained,
    space: Space,
    bounds: Bounds | None,
    max_iter: int,
    patient: bool = False,
) -> Audited:
    """Audit a point; where it is no minimum, or a saddle point, go on from there."""
    audit, escapes = audit_point(objective, space, bounds, got), 0
    if not audit.passed and bounds is None and max_iter >= RETRY_FROM:
        finish = newton_finish(objective, got.estimate, space, patient)
        got, escapes = replace(got, estimate=finish.estimate), finish.escapes
        audit = audit_point(objective, space, bounds, got)
    while bounds is not None and audit.saddle and audit.stationary and escapes < ESCAPES:
        lower = _lower_point(objective, got.estimate, audit.downhill, space)
        if lower is None:
            break
        got = _element(_optimize(objective, lower[None], space, bounds, max_iter), 0)
        audit, escapes = audit_point(objective, space, bounds, got), escapes + 1
    fine = proper(objective.rams, got.estimate.theta, len(table.auxiliary))
    return Audited(got, replace(audit, escapes=escapes), fine)


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
