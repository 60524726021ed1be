"""The best point of a problem: from a first start, from further ones where that fails, group by group where it can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.audit import audit_point
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.search.augmented import from_afar
from mlbc_stats.sem.estimation.search.points import (
    PATIENCE,
    RETRY_FROM,
    Audited,
    follow,
    lowest_ends,
    preferred,
    slack,
)
from mlbc_stats.sem.estimation.search.problem import GroupPart, Problem, element, separate
from mlbc_stats.sem.starting.mirrored import mirrored
from mlbc_stats.sem.starting.values import further_starts, start_values


def best_point(problem: Problem, known: Floats | None = None) -> Audited:
    """The best point that the audit passes, an admissible one before others; further starts where the first fails.

    Further starts are tried where the first leads to no solution, over a saddle point, or to an inadmissible point;
    with incomplete data they are sorted by the rough objective first. Groups that share no parameter are then searched
    one by one. The first start is a `known` point (q,), if any.
    """
    first = problem.project(start_values(problem.table, problem.moments))
    patience = min(problem.max_iter, PATIENCE) if problem.second_order else problem.max_iter
    origin = first if known is None else known
    found = follow(problem, element(problem.optimize(origin[None], patience), 0))
    if problem.max_iter < RETRY_FROM or found.fine:
        return found
    parts = separate(problem)
    if parts:
        return _by_group(problem, found, parts)
    points = [found, *_beyond(problem, found), *_afar(problem, found, first)]
    best, count = preferred(points), len(points)
    if not best.fine:
        starts = problem.project(further_starts(problem.table, problem.moments, first))
        points += _from_further(problem, starts, patience)
        if not preferred(points).audit.passed:
            last = min(points, key=lambda each: each.value)
            points += _beyond(problem, last) or [follow(problem, last.got, patient=True)]
        best, count = preferred(points), 1 + len(starts)
    lowest = min((each.value for each in points if each.audit.passed), default=np.inf)
    passed_over = lowest if lowest < best.value - slack(best.value) else np.nan
    return replace(best, audit=replace(best.audit, starts=count, lower=passed_over))


def _from_further(problem: Problem, starts: Floats, patience: int) -> list[Audited]:
    """The lowest ends of further starts, followed; none where the rough objective is finite nowhere."""
    if problem.rough is not problem.objective:
        ends = problem.optimize(starts, patience, rough=True)
        starts = ends.estimate.theta[lowest_ends(ends)]
    if not len(starts):
        return []
    again = problem.optimize(starts, patience)
    return [follow(problem, element(again, i)) for i in lowest_ends(again)]


def _beyond(problem: Problem, point: Audited) -> list[Audited]:
    """Where the search ends beyond infinity, if a factor has lost its marker on the way there; else nothing."""
    if point.audit.passed or not problem.second_order:
        return []
    tied = problem.space.basis is not None
    theta = mirrored(problem.table, problem.moments, point.got.estimate.theta, tied)
    if theta is None:
        return []
    got = element(problem.optimize(problem.project(theta)[None], PATIENCE), 0)
    return [follow(problem, got, patient=True)]


def _afar(problem: Problem, found: Audited, first: Floats) -> list[Audited]:
    """Where the augmented Lagrangian leads from the first start, if quadratic programming came to no solution."""
    if found.audit.passed:
        return []
    got = from_afar(problem, first)
    return [] if got is None else [follow(problem, got)]


def _by_group(problem: Problem, found: Audited, parts: Sequence[GroupPart]) -> Audited:
    """Search on from the point found, every group for itself; the best points are put together and audited as one."""
    theta, shares = found.got.estimate.theta.copy(), problem.objective.shares
    best = [best_point(part.problem, theta[part.places]) for part in parts]
    ends = [each.got.estimate for each in best]
    for part, end in zip(parts, ends, strict=True):
        theta[part.places] = end.theta
    value = float(shares @ [each.value for each in best])
    lowest = float(shares @ [np.fmin(each.value, each.audit.lower) for each in best])
    estimate = Estimate(
        theta,
        np.asarray(value),
        np.asarray(max(each.gradient_norm for each in ends)),
        found.got.estimate.iterations + max(each.iterations for each in ends),
        np.asarray(all(each.converged for each in ends)),
    )
    got = replace(found.got, estimate=estimate)
    audit = replace(
        audit_point(problem.objective, problem.space, None, got),
        escapes=sum(each.audit.escapes for each in best),
        starts=max(each.audit.starts for each in best),
        lower=lowest if lowest < value - slack(value) else np.nan,
    )
    return Audited(got, audit, all(each.admissible for each in best))
