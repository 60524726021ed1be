"""Minimize an objective under nonlinear equalities and inequalities, a whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import null_space
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.constraints.system import Constraint, constraint_values
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate, take, take_point
from mlbc_stats.sem.estimation.scoring import HALVINGS, NEWTON_FROM, ROUNDING, TOLERANCE, Estimate

FEASIBLE = 1e-10
"""Violation of a constraint, relative to the size of its gradient, that counts as satisfied."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Constraints on theta: the first `n_equal` must be zero, the rest not negative."""

    constraints: tuple[Constraint, ...]
    n_equal: int


@dataclass(frozen=True, slots=True)
class Constrained:
    """An estimate with the constraints that hold it.

    Attributes
    ----------
    estimate : as from `minimize`.
    multipliers : (B, k) Lagrange multipliers; active : (B, k) constraints that bind.
    """

    estimate: Estimate
    multipliers: Floats
    active: NDArray[np.bool_]


def minimize_constrained(
    objective: Objective, start: Floats, space: Space, bounds: Bounds, max_iter: int = 400
) -> Constrained:
    """Sequential quadratic programming with a primal–dual active set, from start (B, q).

    Each step solves 2I d − Jᵀλ = −g, J d = −c over the active constraints; an ℓ₁ penalty judges its length.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, ch. 18, doi:10.1007/978-0-387-40065-5.
    """
    batch, k = len(start), len(bounds.constraints)
    theta, value, norm = start.copy(), np.full(batch, np.inf), np.full(batch, np.inf)
    iterations, converged = np.zeros(batch, dtype=np.intp), np.zeros(batch, dtype=bool)
    multipliers, held = np.zeros((batch, k)), np.zeros((batch, k), dtype=bool)
    at, point = np.arange(batch), evaluate(objective, start)
    duals = np.zeros((batch, k))
    for iteration in range(max_iter + 1):
        step, duals, active, decrement, gap = _step(point, space, bounds, duals)
        theta[at], value[at], norm[at], iterations[at] = (
            point.theta,
            point.value,
            np.sqrt(decrement),
            iteration,
        )
        multipliers[at], held[at] = duals, active
        done = point.ok & (decrement < TOLERANCE * (1 + point.value)) & (gap < FEASIBLE)
        converged[at] = done
        go = ~(done | ~np.isfinite(decrement))
        if not go.any() or iteration == max_iter:
            break
        at, duals, step, point, objective = (
            at[go],
            duals[go],
            step[go],
            take_point(point, go),
            take(objective, go),
        )
        newton = bool(2 * np.count_nonzero(decrement[go] < NEWTON_FROM) >= len(step))
        point = _walk(objective, point, step, bounds, np.abs(duals).max(axis=1, initial=0.0), newton)
    _put_on_bounds(theta, bounds, held)
    return Constrained(Estimate(theta, value, norm, iterations, converged), multipliers, held)


def _put_on_bounds(theta: Floats, bounds: Bounds, held: NDArray[np.bool_]) -> None:
    """Put parameters that a bound of their own holds exactly there, in place: a variance is then 0, not -1e-18."""
    values, jacobian = constraint_values(bounds.constraints, theta)
    for at, constraint in enumerate(bounds.constraints[bounds.n_equal :], start=bounds.n_equal):
        if len(constraint.places) == 1:
            rows, place = held[:, at], constraint.places[0]
            theta[rows, place] -= values[rows, at] / jacobian[rows, at, place]


def tangent_space(space: Space, bounds: Bounds, theta: Floats, active: NDArray[np.bool_]) -> Floats | None:
    """Directions (q, r) that the linear constraints and the active nonlinear ones leave free at theta (q,)."""
    if not active.any():
        return space.basis
    _, jacobian = constraint_values([c for c, a in zip(bounds.constraints, active, strict=True) if a], theta)
    basis = np.eye(len(theta)) if space.basis is None else space.basis
    return basis @ null_space(jacobian @ basis)


def _step(
    point: Point, space: Space, bounds: Bounds, duals: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_], Floats, Floats]:
    """Step (B, q), multipliers (B, k), active set (B, k), promised decrement (B,) and violation (B,)."""
    basis = np.eye(point.theta.shape[1]) if space.basis is None else space.basis
    values, jacobian = constraint_values(bounds.constraints, point.theta)
    inner, slope, jac = 2 * basis.T @ point.information @ basis, point.gradient @ basis, jacobian @ basis
    size = np.maximum(np.linalg.norm(jac, axis=-1), 1e-12)
    equal = np.arange(values.shape[1]) < bounds.n_equal
    active = equal | (duals / size - values / size > 0)
    r, k = slope.shape[1], values.shape[1]
    system = np.zeros((len(slope), r + k, r + k))
    system[:, :r, :r] = inner
    system[:, :r, r:] = -np.where(active[:, None, :], jac.mT, 0.0)
    system[:, r:, :r] = np.where(active[:, :, None], jac, 0.0)
    system[:, r:, r:] = np.where(active[:, :, None], 0.0, np.eye(k))
    right = np.concatenate([-slope, np.where(active, -values, 0.0)], axis=1)
    solution = _least_squares(system, right)
    move, duals = solution[:, :r], solution[:, r:]
    decrement = 0.5 * np.einsum("bi,bij,bj->b", move, inner, move)
    violation = np.where(equal, np.abs(values), np.maximum(-values, 0.0)) / size
    bind = equal | (active & (duals > 0))
    return (
        move @ basis.T,
        duals,
        bind,
        np.where(decrement >= 0, decrement, 0.0),
        violation.max(axis=1, initial=0.0),
    )


def _least_squares(system: Floats, right: Floats) -> Floats:
    scale = np.maximum(np.abs(system).max(axis=-1, keepdims=True), 1e-300)
    try:
        return np.linalg.solve(system / scale, (right[..., None] / scale))[..., 0]
    except np.linalg.LinAlgError:
        return (np.linalg.pinv(system / scale) @ (right[..., None] / scale))[..., 0]


def _walk(
    objective: Objective, point: Point, step: Floats, bounds: Bounds, dual: Floats, newton: bool
) -> Point:
    """Take the step, halving it for the elements whose penalized objective would rise."""
    weight = 2 * dual + 1e-3
    limit = _merit(point.theta, point.value, bounds, weight)
    limit = limit + ROUNDING * (1 + np.abs(limit))
    new = evaluate(objective, point.theta + step, newton)
    for _ in range(HALVINGS):
        high = np.flatnonzero(~(_merit(new.theta, new.value, bounds, weight) <= limit))
        if not len(high):
            break
        step[high] /= 2
        trial = point.theta.copy()
        trial[high] += step[high]
        kept = np.ones(len(step), dtype=bool)
        kept[high] = False
        trial[kept] = new.theta[kept]
        new = evaluate(objective, trial, newton)
    return new


def _merit(theta: Floats, value: Floats, bounds: Bounds, weight: Floats) -> Floats:
    values, _ = constraint_values(bounds.constraints, theta)
    equal = np.arange(values.shape[1]) < bounds.n_equal
    violation = np.where(equal, np.abs(values), np.maximum(-values, 0.0)).sum(axis=1)
    return value + weight * violation


def bounds_of(equalities: Sequence[Constraint], inequalities: Sequence[Constraint]) -> Bounds | None:
    """The bounds of a constraint system, or None when it has no nonlinear or one-sided ones."""
    constraints = (*equalities, *inequalities)
    return Bounds(constraints, len(equalities)) if constraints else None
