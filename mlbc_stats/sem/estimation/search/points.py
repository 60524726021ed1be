"""Points that a search ends at: audited, followed where they are no minimum, the lowest and the best of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.audit import LENGTHS, Audit, audit_point
from mlbc_stats.sem.estimation.constrained import Constrained
from mlbc_stats.sem.estimation.newton import newton_finish
from mlbc_stats.sem.estimation.objective import values
from mlbc_stats.sem.estimation.scoring import ROUNDING, Estimate
from mlbc_stats.sem.estimation.search.problem import Problem, element
from mlbc_stats.sem.estimation.search.proper import proper
from mlbc_stats.sem.ranking import ranked

ESCAPES = 8
"""Saddle points that are left along their negative curvature before the search gives up."""

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
class Audited:
    """A point with its audit, and whether its variances and covariance matrices can be any."""

    got: Constrained
    audit: Audit
    admissible: bool

    @property
    def value(self) -> float:
        """F."""
        return float(self.got.estimate.value)

    @property
    def fine(self) -> bool:
        """Whether nothing is left to look for: an admissible minimum, reached over no saddle point."""
        return self.audit.passed and self.admissible and not self.audit.escapes


def follow(problem: Problem, got: Constrained, patient: bool = False) -> Audited:
    """Audit a point; where it is no minimum, or a saddle point, go on from there."""
    objective, space, bounds = problem.objective, problem.space, problem.bounds
    audit, escapes = audit_point(objective, space, bounds, got), 0
    if not audit.passed and bounds is None and problem.max_iter >= RETRY_FROM:
        finish = newton_finish(objective, got.estimate, space, patient)
        got, escapes = replace(got, estimate=finish.estimate), finish.escapes
        audit = audit_point(objective, space, bounds, got)
    while bounds is not None and audit.saddle and audit.stationary and escapes < ESCAPES:
        lower = _lower_point(problem, got.estimate, audit.downhill)
        if lower is None:
            break
        got = element(problem.optimize(lower[None], problem.max_iter), 0)
        audit, escapes = audit_point(objective, space, bounds, got), escapes + 1
    fine = proper(objective.rams, got.estimate.theta, len(problem.table.auxiliary))
    return Audited(got, replace(audit, escapes=escapes), fine)


def _lower_point(problem: Problem, estimate: Estimate, downhill: Floats) -> Floats | None:
    """The lowest of some points along a direction of negative curvature, both ways; None where none is lower."""
    steps = np.concatenate([LENGTHS, -LENGTHS])[:, None]
    points = problem.project(estimate.theta + steps * downhill)
    value = values(problem.objective, points)
    best = int(np.nanargmin(np.where(np.isnan(value), np.inf, value)))
    drop = ROUNDING * (1 + abs(float(estimate.value)))
    return points[best] if value[best] < float(estimate.value) - drop else None


def preferred(points: Sequence[Audited]) -> Audited:
    """The lowest of those that the audit passes and that are admissible, where there are any; of equals the first.

    Of points that are no solution those that run off come last, so that what is reported can be computed with.
    """
    first = min(_faults(each) for each in points)
    alike = [each for each in points if _faults(each) == first]
    return alike[ranked(np.array([each.value for each in alike]), SAME)[0]]


def _faults(point: Audited) -> tuple[bool, bool, bool]:
    """Whether a point is no solution, runs off, is inadmissible."""
    audit = point.audit
    return not audit.passed, bool(audit.endless) or not np.isfinite(audit.decrement), not point.admissible


def lowest_ends(got: Constrained) -> list[int]:
    """The lowest ends that differ, those that converged before others."""
    value, out = got.estimate.value, []
    for solved in (True, False):
        order = np.flatnonzero((got.estimate.converged == solved) & np.isfinite(value))
        last = -np.inf
        apart = 1.0 if solved else ALIKE / SAME
        for i in order[ranked(value[order], SAME)].tolist():
            if value[i] > last + apart * slack(value[i]):
                out.append(i)
                last = value[i]
    return out[:KEPT]


def slack(value: float) -> float:
    """Difference of F below which two points are as good."""
    return SAME * (1 + abs(value))
