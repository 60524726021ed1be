"""Go on where scoring stalls: Newton steps with the exact Hessian, every curvature taken as positive."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.curvature import principal
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate
from mlbc_stats.sem.estimation.scoring import FINISH, ROUNDING, TOLERANCE, Estimate

LENGTHS = 2.0 ** np.arange(3, -9, -1)
"""Lengths of a step that are tried at once, in Newton steps."""

WHOLE = int(np.argmax(LENGTHS == 1.0))

FLOOR = 1e-10
"""Smallest curvature, relative to the largest, that a step is divided by."""

STEPS = 100


def newton_finish(objective: Objective, estimate: Estimate, space: Space) -> Estimate:
    """Minimize from one point (theta (q,)) along −V|Λ|⁻¹Vᵀg, with ½H = VΛVᵀ in units of its own diagonal.

    Every step tries several lengths in one batch and takes the lowest; it ends where none is lower. Near the end, where
    F is flat to its last digits, whole steps are taken for as long as the decrement falls.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, ch. 3, doi:10.1007/978-0-387-40065-5.
    """
    point = evaluate(objective, estimate.theta[None], observed=True)
    iterations, decrement = int(estimate.iterations), np.inf
    for _ in range(STEPS):
        before = decrement
        step, decrement = _step(point, space)
        near = decrement < TOLERANCE**FINISH
        if not decrement >= TOLERANCE * (1 + abs(point.value[0])) or (near and decrement > before / 2):
            break
        tried = point.theta + LENGTHS[:, None] * step
        value = evaluate(objective, tried).value
        best = int(np.argmin(np.where(np.isnan(value), np.inf, value)))
        if near:
            best = WHOLE
        elif not value[best] < point.value[0] - ROUNDING * ROUNDING:
            break
        point = evaluate(objective, tried[best][None], observed=True)
        iterations += 1
    done = np.asarray(decrement < TOLERANCE * (1 + abs(point.value[0])))
    norm = np.asarray(np.sqrt(max(decrement, 0.0)))
    return Estimate(point.theta[0], np.asarray(point.value[0]), norm, np.asarray(iterations), done)


def _step(point: Point, space: Space) -> tuple[Floats, float]:
    found = principal(point.gradient[0], point.information[0], space.basis)
    if found is None:
        return np.zeros(point.theta.shape[1]), np.nan
    spread = found.floored(FLOOR)
    step = -0.5 * (found.back @ (found.vectors @ (found.along / spread)))
    return step, 0.25 * float(np.sum(found.along**2 / spread))
