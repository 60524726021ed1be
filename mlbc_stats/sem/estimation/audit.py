"""Judge a point by itself: whether it is a minimum of the discrepancy within the constraints, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.constraints.system import constraint_values
from mlbc_stats.sem.estimation.constrained import (
    FEASIBLE,
    Bounds,
    Constrained,
    scaled_directions,
    tangent_space,
    violations,
)
from mlbc_stats.sem.estimation.curvature import constraint_curvature, curved_at, principal
from mlbc_stats.sem.estimation.magnitudes import endless, least_information
from mlbc_stats.sem.estimation.objective import Objective, implied_at, values

STATIONARY = 1e-12
"""Newton decrement, relative to 1 + F, below which the gradient counts as zero: at most 2e-5 standard errors."""

SADDLE = 1e-6
"""Curvature, relative to the information, below minus which a direction may lead down; no rounding reaches it."""

FALL = 1e-9
"""Fall of F along such a direction, relative to 1 + |F|, from which it does lead down."""

LENGTHS = np.geomspace(0.01, 3.0, 12)
"""Steps along a direction of negative curvature, in units of 1 / √|curvature| of its parameters."""

FLAT = 1e-10
"""Curvature up to which a direction is flat."""

FLOOR = 1e-8
"""Smallest curvature, relative to the largest, by which the decrement is judged."""

LEVEL = "a minimum with a flat direction"


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
    fall : largest fall of F (of the Lagrangian) found along `downhill`, relative to 1 + |F|.
    flat : (q, k) directions without curvature, in units of the information.
    endless : variables whose loadings, paths or variances are on their way to infinity.
    """

    decrement: float
    violation: float
    multiplier: float
    curvature: float
    downhill: Floats
    escapes: int = 0
    starts: int = 1
    lower: float = np.nan
    fall: float = np.inf
    flat: Floats | None = None
    endless: tuple[str, ...] = ()

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
        """Whether some feasible direction leads down: by its curvature, and by F along it."""
        return self.curvature < -SADDLE and self.fall > FALL

    @property
    def passed(self) -> bool:
        """Whether the point is a solution."""
        return self.feasible and self.stationary and not self.saddle and not self.endless

    @property
    def verdict(self) -> str:
        """In words: what the point is."""
        if self.violation >= FEASIBLE:
            return f"not feasible: a constraint is off by {self.violation:.2g}"
        if not np.isfinite(self.decrement):
            return "no point at which the discrepancy can be computed"
        if self.endless:
            return f"no minimum: the estimates about {', '.join(self.endless[:8])} grow without end"
        if not self.stationary:
            return (
                f"not stationary: a step would still lower the discrepancy (decrement {self.decrement:.2g})"
            )
        if self.saddle:
            return f"a saddle point: the discrepancy falls in some direction (curvature {self.curvature:.2g})"
        level = self.flat is not None and self.flat.shape[1]
        return "a minimum" if self.curvature > FLAT and not level else LEVEL


def describe(audit: Audit, undetermined: Sequence[str] = ()) -> str:
    """The audit in one line: what the point is, how sure, how it was reached, and which parameters it leaves open."""
    words = [audit.verdict]
    if audit.passed:
        if undetermined:
            words = [f"{LEVEL} ({', '.join(undetermined)})"]
        words.append(f"smallest curvature {audit.curvature:.2g}")
    if audit.escapes:
        words.append(f"past {audit.escapes} saddle point{'s' if audit.escapes > 1 else ''}")
    if audit.starts > 1:
        words.append(f"the best of {audit.starts} starts")
    return ", ".join(words)


def audit_point(objective: Objective, space: Space, bounds: Bounds | None, got: Constrained) -> Audit:
    """Audit one point (theta (q,)) of `objective`, under its constraints, by its exact Hessian."""
    theta, q = got.estimate.theta, len(got.estimate.theta)
    violation = multiplier = 0.0
    basis = space.basis
    moments = implied_at(objective, theta[None])
    point = curved_at(objective, theta[None], moments)
    slope, hessian = point.gradient[0], point.information[0]
    if bounds is not None:
        violation = float(violations(bounds, theta, scaled_directions(hessian, space)).max(initial=0.0))
        bound = got.active & (np.arange(len(got.active)) >= bounds.n_equal)
        multiplier = float(np.where(bound, got.multipliers, 0.0).min(initial=0.0))
        basis = tangent_space(space, bounds, theta, got.active)
        if bounds.curved:
            held = np.where(got.active, got.multipliers, 0.0)
            hessian = hessian - 0.5 * constraint_curvature(bounds.constraints, theta[None], held[None])[0]
    least = least_information(objective.rams, moments, q)[0]
    found = principal(slope, hessian, basis, least)
    value = float(point.value[0])
    if found is None or not np.isfinite(value):
        return Audit(np.inf, violation, multiplier, np.nan, np.zeros(q))
    decrement = 0.25 * float(np.sum(found.along**2 / found.floored(FLOOR))) / (1 + abs(value))
    curvature = float(found.roots[0]) if len(found.roots) else np.inf
    downhill = found.back @ found.vectors[:, 0] if curvature < -SADDLE else np.zeros(q)
    level = found.roots <= FLAT
    return Audit(
        decrement,
        violation,
        multiplier,
        curvature,
        downhill,
        fall=_fall(objective, bounds, got, downhill, value) if curvature < -SADDLE else 0.0,
        flat=found.back @ found.vectors[:, level],
        endless=tuple(compress(objective.rams[0].variables, endless(objective.rams, moments)[0])),
    )


def _fall(
    objective: Objective, bounds: Bounds | None, got: Constrained, downhill: Floats, value: float
) -> float:
    """Largest fall of F − λᵀc along a direction, both ways, relative to 1 + |F|; c the constraints that bind."""
    steps = np.concatenate([LENGTHS, -LENGTHS])[:, None]
    points = got.estimate.theta + steps * downhill
    reached = values(objective, points)
    if bounds is not None:
        found = constraint_values(bounds.constraints, points)[0]
        at = constraint_values(bounds.constraints, got.estimate.theta[None])[0]
        free = (np.arange(found.shape[1]) >= bounds.n_equal) & ~got.active
        reached = reached - (found - at) @ np.where(got.active, got.multipliers, 0.0)
        reached = np.where((found[:, free] < 0).any(axis=1), np.inf, reached)
    lowest = np.nanmin(np.where(np.isnan(reached), np.inf, reached))
    return float(value - lowest) / (1 + abs(value))
