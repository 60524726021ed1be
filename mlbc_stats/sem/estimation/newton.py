"""Go on where scoring stalls: Newton steps with the exact Hessian within a region in which it can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.curvature import Principal, curved_point, principal
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate
from mlbc_stats.sem.estimation.scoring import FINISH, ROUNDING, TOLERANCE, Estimate

RADIUS = 0.5
"""First radius, in units of the diagonal of the Hessian: F changes by its square where it is no flatter than that."""

KEEP, GROW = 0.25, 0.75
"""Shares of the promised decrease below which the radius shrinks, and above which it grows."""

DESCENT = 1e-6
"""Curvature below minus which a direction leads down from a stationary point."""

STALL, WINDOW = 1e-4, 10
"""Decrease of F, relative to 1 + |F|, that so many steps have to reach: less is a valley without end."""

STEPS, PATIENT = 60, 120
"""Steps, failed ones among them, that a search and a patient one may take."""

FLOOR = 1e-10
"""Smallest curvature, relative to the largest, by which the decrement is judged."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Where the steps ended, and how many saddle points were left on the way."""

    estimate: Estimate
    escapes: int


def newton_finish(objective: Objective, estimate: Estimate, space: Space, patient: bool = False) -> Finish:
    """Minimize from one point (theta (q,)) by trust-region steps with the exact Hessian, past saddle points.

    A valley along which F hardly falls is left after some steps, unless `patient`.

    A step minimizes gᵀs + ½sᵀHs over ‖s‖ ≤ Δ, by the eigenvalues of H in units of its own diagonal (Moré & Sorensen):
    s = −(H + μI)⁻¹g, and along the most negative curvature where g has no part in it. Near the end, where F is flat to
    its last digits, whole steps are taken for as long as the decrement falls.

    References
    ----------
    Moré & Sorensen (1983), doi:10.1137/0904038; Nocedal & Wright (2006), Numerical Optimization, ch. 4,
    doi:10.1007/978-0-387-40065-5.
    """
    bend = partial(curved_point, objective)
    look = partial(evaluate, objective) if objective.scoring_only else bend
    return descend(look, bend, estimate, space, patient)


Look = Callable[[Floats], Point]
"""A function at theta (B, q), with its slopes and what stands for half its Hessian."""


def descend(look: Look, bend: Look, estimate: Estimate, space: Space, patient: bool = False) -> Finish:
    """The steps of `newton_finish` on any function: `bend` gives it with its Hessian, `look` may be cheaper."""
    point = bend(estimate.theta[None])
    radius, iterations, escapes, decrement = RADIUS, int(estimate.iterations), 0, np.inf
    passed, tried, most = [np.inf] * WINDOW, 0, PATIENT if patient else STEPS
    while tried < most:
        found = principal(point.gradient[0], point.information[0], space.basis)
        if found is None:
            break
        before, value = decrement, float(point.value[0])
        decrement = 0.25 * float(np.sum(found.along**2 / found.floored(FLOOR)))
        bent = len(found.roots) > 0 and found.roots[0] < -DESCENT
        if not bent and decrement < TOLERANCE * (1 + abs(value)):
            break
        near = not bent and decrement < min(TOLERANCE**FINISH, before / 2)
        passed = [*passed[1:], value]
        if not (near or bent or patient) and passed[0] - value < STALL * (1 + abs(value)):
            break
        leaving = bent and decrement < TOLERANCE**FINISH
        while True:
            step, promised = trusted_step(found, np.inf if near else radius)
            trial = look(point.theta + found.back @ (found.vectors @ step))
            reached, tried = float(trial.value[0]), tried + 1
            share = (value - reached) / promised if promised > 0 else 0.0
            if near or share > KEEP**2:
                break
            radius = KEEP * float(np.linalg.norm(step))
            if not ROUNDING * ROUNDING * (1 + abs(value)) <= promised < np.inf:
                return Finish(_estimate(point.theta[0], value, decrement, iterations, bent), escapes)
        if share > GROW:
            radius = max(radius, 2 * float(np.linalg.norm(step)))
        elif share < KEEP and not near:
            radius = KEEP * float(np.linalg.norm(step))
        point = trial if look is bend else bend(trial.theta)
        iterations, escapes = iterations + 1, escapes + int(leaving)
    return Finish(_estimate(point.theta[0], float(point.value[0]), decrement, iterations, False), escapes)


def trusted_step(found: Principal, radius: float) -> tuple[Floats, float]:
    """Step (r,) along the principal directions that promises the largest decrease within the radius, and the decrease.

    It solves (2Λ + μ)t = −a with μ ≥ 0, 2Λ + μ ≥ 0 and μ(Δ − ‖t‖) = 0, a the slopes along the directions. Searched is
    μ beyond its least value, max(0, −min 2Λ): added to a curvature of −1e17 it would be lost.
    """
    slope, curve = found.along, 2 * found.roots
    least = float(curve.min(initial=0.0))
    if least > 0:
        step = -slope / curve
        if np.linalg.norm(step) <= radius:
            return step, _promise(step, slope, curve)
    raised = curve - min(0.0, least)
    low, high = 0.0, float(np.linalg.norm(slope)) / radius + 1e-300
    for _ in range(60):
        middle = 0.5 * (low + high)
        long = float(np.linalg.norm(slope / np.maximum(raised + middle, 1e-300))) > radius
        low, high = (middle, high) if long else (low, middle)
    step = -slope / np.maximum(raised + high, 1e-300)
    missing = radius**2 - float(step @ step)
    if least < 0 and missing > (1e-3 * radius) ** 2:  # the slopes have no part in the lowest direction
        lowest = int(np.argmin(curve))
        rest = radius**2 - float(step @ step - step[lowest] ** 2)
        step[lowest] = np.copysign(np.sqrt(max(rest, 0.0)), step[lowest])
    return step, _promise(step, slope, curve)


def _promise(step: Floats, slope: Floats, curve: Floats) -> float:
    return -float(slope @ step + 0.5 * curve @ step**2)


def _estimate(theta: Floats, value: float, decrement: float, iterations: int, bent: bool) -> Estimate:
    done = np.asarray(not bent and decrement < TOLERANCE * (1 + abs(value)))
    norm = np.asarray(np.sqrt(max(decrement, 0.0)))
    return Estimate(theta, np.asarray(value), norm, np.asarray(iterations), done)
