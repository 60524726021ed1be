"""Minimize an objective for a whole batch at once: Fisher scoring first, Newton steps near the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate, take, take_point, values

TOLERANCE = 1e-15
"""Newton decrement at which a fit has converged: an error of about 1e-7 standard errors at n = 300."""

ROUNDING = 1e-12
"""Rise of F (relative to 1 + |F|) that counts as rounding when a step is judged."""

LARGEST = (1e6, 1e8)
"""Entries of a step, and of the solution of a unit right-hand side, from which a matrix of unit diagonal is singular.

A step along its flat direction would be rounding over rounding, another one on every machine.
"""

HALVINGS = 12

FINISH = 0.6
"""Exponent of the tolerance below which a Newton step is the last: it squares the decrement."""

FORESEEN = 0.5
"""Exponent of the tolerance below which a step is the last where the squares so far say where it leads."""

NEWTON_FROM = 0.05
"""Newton decrement below which the exact Hessian takes over; scoring alone converges only linearly."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Where the minimizer stopped.

    Attributes
    ----------
    theta : (..., q); value : (...,) F.
    gradient_norm : (...,) largest |dF/dz| in units of the parameter's information.
    iterations : (...,); converged : (...,).
    """

    theta: Floats
    value: Floats
    gradient_norm: Floats
    iterations: NDArray[np.intp]
    converged: NDArray[np.bool_]


def minimize(
    objective: Objective, start: Floats, space: Space, max_iter: int = 200, tolerance: float = TOLERANCE
) -> Estimate:
    """Scoring, then Newton steps, from start (B, q); elements leave the batch as they converge."""
    batch = len(start)
    theta, value = start.copy(), np.full(batch, np.inf)
    norm, iterations = np.full(batch, np.inf), np.zeros(batch, dtype=np.intp)
    converged = np.zeros(batch, dtype=bool)
    active, point, newton = np.arange(batch), evaluate(objective, start), False
    for iteration in range(max_iter + 1):
        step, decrement = scoring_step(point, space)
        before = norm[active] ** 2
        theta[active], value[active], norm[active] = point.theta, point.value, np.sqrt(decrement)
        iterations[active] = iteration
        done = point.ok & (decrement < tolerance * (1 + np.abs(point.value)))
        if newton:  # one more step squares the decrement, so it need not be judged
            last = point.ok & ~done & _last(decrement, before, tolerance)
            theta[active[last]] += step[last]
            value[active[last]] -= decrement[last] / 2
            norm[active[last]] = decrement[last]
            done |= last
        converged[active] = done
        stuck = ~np.isfinite(decrement)
        go = ~(done | stuck)
        if not go.any() or iteration == max_iter:
            break
        if not go.all():
            active, step, point = active[go], step[go], take_point(point, go)
            objective = take(objective, go)
        near = 2 * np.count_nonzero(decrement[go] < NEWTON_FROM) >= len(step)
        newton = bool(near) and not objective.scoring_only
        point, moved = _walk(objective, point, step, newton)
        if not moved.all():
            active, point, objective = active[moved], take_point(point, moved), take(objective, moved)
            if not len(active):
                break
    return Estimate(theta, value, norm, iterations, converged)


def _last(decrement: Floats, before: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Whether a Newton step need not be judged: λ_{k+1} ≈ C λ_k² with C = λ_k / λ_{k−1}² is below the tolerance."""
    near = decrement < tolerance**FINISH
    return near | ((decrement < tolerance**FORESEEN) & (decrement**3 < tolerance * before**2))


def scoring_step(point: Point, space: Space) -> tuple[Floats, Floats]:
    """Step (B, q) −½ I⁻¹ dF/dθ within the space, and the Newton decrement (B,) it promises.

    The information is scaled to a unit diagonal first, so that the units of the variables do not matter; where it
    is singular or not positive definite its eigenvalues are replaced by their absolute values, floored.
    """
    slope, information = point.gradient, point.information
    if space.basis is not None:
        slope = slope @ space.basis
        information = space.basis.T @ information @ space.basis
    size = np.sqrt(np.maximum(np.abs(np.einsum("...ii->...i", information)), 1e-300))
    scaled = information / (size[:, :, None] * size[:, None, :])
    raw = _solve(scaled, slope / size)
    step = -0.5 * raw / size
    decrement = -np.sum(step * slope, axis=-1)
    if space.basis is not None:
        step = step @ space.basis.T
    return step, np.where(decrement >= 0, decrement, np.nan)


def _solve(matrix: Floats, vector: Floats) -> Floats:
    """Solution (B, r); a second right-hand side, in a general direction, tells which matrices are singular."""
    sides = np.empty((*vector.shape, 2))
    sides[..., 0], sides[..., 1] = vector, np.cos(np.arange(vector.shape[-1]))
    try:
        both = np.linalg.solve(matrix, sides)
    except np.linalg.LinAlgError:
        both = np.full_like(sides, np.nan)
    out = both[..., 0]
    with np.errstate(invalid="ignore", over="ignore"):
        small = (np.abs(both).max(axis=-2, initial=0.0) < LARGEST).all(axis=-1)
        doubtful = ~((np.einsum("bi,bi->b", out, vector) >= 0) & small)
    if doubtful.any():
        out[doubtful] = _floored_solve(matrix[doubtful], vector[doubtful])
    return out


def _floored_solve(matrix: Floats, vector: Floats) -> Floats:
    bad = np.asarray(~np.isfinite(matrix).all(axis=(-2, -1)) | ~np.isfinite(vector).all(axis=-1))
    safe = np.where(bad[:, None, None], np.eye(matrix.shape[-1]), matrix)
    values, vectors = np.linalg.eigh((safe + safe.mT) / 2)
    values = np.abs(values)
    floor = np.maximum(values, 1e-8 * values.max(axis=-1, keepdims=True))
    out = (vectors @ ((vectors.mT @ vector[..., None])[..., 0] / floor)[..., None])[..., 0]
    out[bad] = np.nan
    return out


def _walk(objective: Objective, point: Point, step: Floats, newton: bool) -> tuple[Point, NDArray[np.bool_]]:
    """Take the step, halving it only for the elements whose F would rise; says which elements moved."""
    with np.errstate(invalid="ignore"):
        limit = point.value + ROUNDING * (1 + np.abs(point.value))
    new = evaluate(objective, point.theta + step, newton)
    high = first = np.flatnonzero(~(new.value <= limit))
    for _ in range(HALVINGS):
        if not len(high):
            break
        step[high] /= 2
        reached = values(take(objective, high), point.theta[high] + step[high])
        high = high[~(reached <= limit[high])]
    moved = np.ones(len(step), dtype=bool)
    moved[high] = False
    halved = first[moved[first]]
    if len(halved):
        _put(new, halved, evaluate(take(objective, halved), point.theta[halved] + step[halved], newton))
    return new, moved


def _put(point: Point, where: NDArray[np.intp], part: Point) -> None:
    """Overwrite some elements of a freshly evaluated point (nobody else holds it yet)."""
    for whole, piece in (
        (point.theta, part.theta),
        (point.value, part.value),
        (point.gradient, part.gradient),
        (point.information, part.information),
        (point.ok, part.ok),
    ):
        whole[where] = piece
