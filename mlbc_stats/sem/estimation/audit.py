"""Judge a point by itself: whether it is a minimum of the discrepancy within the constraints, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.constrained import (
    FEASIBLE,
    Bounds,
    Constrained,
    scaled_directions,
    tangent_space,
    violations,
)
from mlbc_stats.sem.estimation.curvature import constraint_curvature, curved_point, principal
from mlbc_stats.sem.estimation.objective import Objective

STATIONARY = 1e-12
"""Newton decrement, relative to 1 + F, below which the gradient counts as zero: at most 2e-5 standard errors."""

SADDLE = 1e-6
"""Curvature, relative to the information, below minus which a direction leads down; no rounding reaches it."""

FLOOR = 1e-8
"""Smallest curvature, relative to the largest, by which the decrement is judged."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found at the point where the optimizer stopped.

    Attributes
    ----------
    decrement : Newton decrement within the feasible directions, relative to 1 + F; zero at a stationary point.
    violation : largest violation of a constraint, in units of the information about it.
    multiplier : smallest Lagrange multiplier of the bounds that bind (negative: F would fall inside); zero without.
    curvature : smallest eigenvalue of ½ d²L/dθdθᵀ, L the Lagrangian, over the feasible directions, in units of the
        absolute value of its diagonal: positive at a minimum, about zero where the data do not determine a direction.
    downhill : (q,) direction of that eigenvalue where it is negative, else zero.
    escapes : times that negative curvature was followed to a lower point before this one.
    starts : starting points that were tried.
    lower : F of a lower minimum that was met and passed over because it is inadmissible (see `proper`); NaN without.
    """

    decrement: float
    violation: float
    multiplier: float
    curvature: float
    downhill: Floats
    escapes: int = 0
    starts: int = 1
    lower: float = np.nan

    @property
    def feasible(self) -> bool:
        """Whether every constraint holds, and none holds the point back on the wrong side."""
        return self.violation < FEASIBLE and self.multiplier >= 0

    @property
    def stationary(self) -> bool:
        """Whether the gradient vanishes within the feasible directions."""
        return self.decrement < STATIONARY

    @property
    def saddle(self) -> bool:
        """Whether some feasible direction leads down."""
        return self.curvature < -SADDLE

    @property
    def passed(self) -> bool:
        """Whether the point is a solution."""
        return self.feasible and self.stationary and not self.saddle

    @property
    def verdict(self) -> str:
        """In words: what the point is."""
        if self.violation >= FEASIBLE:
            return f"not feasible: a constraint is off by {self.violation:.2g}"
        if not np.isfinite(self.decrement):
            return "no point at which the discrepancy can be computed"
        if not self.stationary:
            return (
                f"not stationary: a step would still lower the discrepancy (decrement {self.decrement:.2g})"
            )
        if self.saddle:
            return f"a saddle point: the discrepancy falls in some direction (curvature {self.curvature:.2g})"
        return "a minimum" if self.curvature > SADDLE else "a minimum with a flat direction"


def describe(audit: Audit) -> str:
    """The audit in one line: what the point is, how sure, and how it was reached."""
    words = [audit.verdict]
    if audit.passed:
        words.append(f"smallest curvature {audit.curvature:.2g}")
    if audit.escapes:
        words.append(f"past {audit.escapes} saddle point{'s' if audit.escapes > 1 else ''}")
    if audit.starts > 1:
        words.append(f"the best of {audit.starts} starts")
    return ", ".join(words)


def audit_point(objective: Objective, space: Space, bounds: Bounds | None, got: Constrained) -> Audit:
    """Audit one point (theta (q,)) of `objective`, under its constraints.

    The Hessian is exact where the engine has one, else central differences of the exact gradient.
    """
    theta, q = got.estimate.theta, len(got.estimate.theta)
    violation = multiplier = 0.0
    basis = space.basis
    point = curved_point(objective, theta[None])
    slope, hessian = point.gradient[0], point.information[0]
    if bounds is not None:
        violation = float(violations(bounds, theta, scaled_directions(hessian, space)).max(initial=0.0))
        bound = got.active & (np.arange(len(got.active)) >= bounds.n_equal)
        multiplier = float(np.where(bound, got.multipliers, 0.0).min(initial=0.0))
        basis = tangent_space(space, bounds, theta, got.active)
        if bounds.curved:
            held = np.where(got.active, got.multipliers, 0.0)
            hessian = hessian - 0.5 * constraint_curvature(bounds.constraints, theta[None], held[None])[0]
    found = principal(slope, hessian, basis)
    if found is None or not np.isfinite(point.value[0]):
        return Audit(np.inf, violation, multiplier, np.nan, np.zeros(q))
    decrement = 0.25 * float(np.sum(found.along**2 / found.floored(FLOOR)))
    curvature = float(found.roots[0]) if len(found.roots) else np.inf
    downhill = found.back @ found.vectors[:, 0] if curvature < -SADDLE else np.zeros(q)
    return Audit(decrement / (1 + abs(float(point.value[0]))), violation, multiplier, curvature, downhill)
