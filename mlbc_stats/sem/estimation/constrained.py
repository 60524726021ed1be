"""Minimize an objective under nonlinear equalities and inequalities, a whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import null_space
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_form import linear_form
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.constraints.system import Constraint, constraint_values
from mlbc_stats.sem.estimation.curvature import constraint_curvature
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate, take, take_point
from mlbc_stats.sem.estimation.scoring import HALVINGS, NEWTON_FROM, ROUNDING, TOLERANCE, Estimate

FEASIBLE = 1e-10
"""Violation of a constraint, in units of the information about it, that counts as satisfied."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Constraints on theta: the first `n_equal` must be zero, the rest not negative; `curved` unless all are linear."""

    constraints: tuple[Constraint, ...]
    n_equal: int
    curved: bool = True


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
    duals, newton = np.zeros((batch, k)), False
    for iteration in range(max_iter + 1):
        step = _step(point, space, bounds, duals, newton and bounds.curved)
        theta[at], value[at], iterations[at] = point.theta, point.value, iteration
        norm[at], multipliers[at], held[at] = np.sqrt(step.decrement), step.duals, step.active
        done = (
            point.ok & (step.decrement < TOLERANCE * (1 + np.abs(point.value))) & (step.violation < FEASIBLE)
        )
        converged[at] = done
        go = ~(done | ~np.isfinite(step.decrement))
        if not go.any() or iteration == max_iter:
            break
        at, step, point, objective = at[go], step.take(go), take_point(point, go), take(objective, go)
        duals = step.duals
        newton = (
            bool(2 * np.count_nonzero(step.decrement < NEWTON_FROM) >= len(at)) and not objective.scoring_only
        )
        point = _walk(objective, point, step.move, bounds, step.weights, newton)
    _put_on_bounds(theta, bounds, held & converged[:, None])
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
    _, jacobian = constraint_values([c for c, a in zip(bounds.constraints, active, strict=True) if a], theta)
    if not active.any() or not np.isfinite(jacobian).all():
        return space.basis
    basis = np.eye(len(theta)) if space.basis is None else space.basis
    return basis @ null_space(jacobian @ basis)


@dataclass(frozen=True, slots=True)
class _Local:
    """Constraints at a point in units of the information: values, slopes and multipliers of unit-length slopes.

    Attributes
    ----------
    values : (B, k); jacobian : (B, k, r); size : (B, k) length of the slopes; equal : (k,).
    """

    values: Floats
    jacobian: Floats
    size: Floats
    equal: NDArray[np.bool_]

    @property
    def violation(self) -> Floats:
        """How far each constraint is violated (B, k)."""
        return _violated(self.values, self.equal)


def _local(bounds: Bounds, theta: Floats, unit: Floats) -> _Local:
    """Constraints at theta (B, q), their slopes along the directions `unit` (B, q, r)."""
    values, jacobian = constraint_values(bounds.constraints, theta)
    with np.errstate(all="ignore"):
        slopes = jacobian @ unit
        size = np.linalg.norm(slopes, axis=-1)
        size = np.where(size > 0, size, 1.0)
        slopes, values = slopes / size[..., None], values / size
    equal = np.arange(values.shape[-1]) < bounds.n_equal
    return _Local(values, slopes, size, equal)


def scaled_directions(information: Floats, space: Space) -> Floats:
    """Directions (..., q, r) that the space leaves free, each as long as its information makes it certain."""
    basis = np.eye(information.shape[-1]) if space.basis is None else space.basis
    spread = np.einsum("qr,...qp,pr->...r", basis, information, basis)
    with np.errstate(all="ignore"):
        length = np.where(np.abs(spread) > 0, 1 / np.sqrt(np.abs(spread)), 1.0)
    return basis * length[..., None, :]


def violations(bounds: Bounds, theta: Floats, unit: Floats) -> Floats:
    """How far each constraint is violated (B, k) at theta (B, q), in units of the directions (B, q, r)."""
    return _local(bounds, theta, unit).violation


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step promises.

    Attributes
    ----------
    move : (B, q); duals : (B, k) multipliers; active : (B, k) constraints that bind.
    decrement : (B,) of the objective; violation : (B,) largest, in units of the information.
    weights : (B, k) of the ℓ₁ penalties.
    """

    move: Floats
    duals: Floats
    active: NDArray[np.bool_]
    decrement: Floats
    violation: Floats
    weights: Floats

    def take(self, keep: NDArray[np.bool_]) -> _Step:
        """The same for some elements of the batch axis."""
        return _Step(
            self.move[keep],
            self.duals[keep],
            self.active[keep],
            self.decrement[keep],
            self.violation[keep],
            self.weights[keep],
        )


def _step(point: Point, space: Space, bounds: Bounds, duals: Floats, curved: bool) -> _Step:
    """Solve the quadratic programme at a point, with the constraints' own curvature where asked for."""
    information = point.information
    if curved:
        information = information - 0.5 * constraint_curvature(bounds.constraints, point.theta, duals)
    unit = scaled_directions(information, space)
    here = _local(bounds, point.theta, unit)
    inner, slope = 2 * unit.mT @ information @ unit, (point.gradient[:, None, :] @ unit)[:, 0]
    active = here.equal | (duals * here.size - here.values > 0)
    r, k = slope.shape[1], active.shape[1]
    system = np.zeros((len(slope), r + k, r + k))
    system[:, :r, :r] = inner
    system[:, :r, r:] = -np.where(active[:, None, :], here.jacobian.mT, 0.0)
    system[:, r:, :r] = np.where(active[:, :, None], here.jacobian, 0.0)
    system[:, r:, r:] = np.where(active[:, :, None], 0.0, np.eye(k))
    right = np.concatenate([-slope, np.where(active, -here.values, 0.0)], axis=1)
    solution = _least_squares(system, right)
    move, scaled = solution[:, :r], solution[:, r:]
    decrement = 0.5 * np.einsum("bi,bij,bj->b", move, inner, move)
    bind = here.equal | (active & (scaled > 0))
    return _Step(
        move=(unit @ move[..., None])[..., 0],
        duals=scaled / here.size,
        active=bind,
        decrement=np.abs(decrement),
        violation=here.violation.max(axis=1, initial=0.0),
        weights=(2 * np.abs(scaled).max(axis=1, keepdims=True, initial=0.0) + 1e-3) / here.size,
    )


def _least_squares(system: Floats, right: Floats) -> Floats:
    bad = np.asarray(~(np.isfinite(system).all(axis=(1, 2)) & np.isfinite(right).all(axis=1)))
    safe = np.where(bad[:, None, None], np.eye(system.shape[-1]), system)
    scale = np.maximum(np.abs(safe).max(axis=-1, keepdims=True), 1e-300)
    try:
        out = np.linalg.solve(safe / scale, (right[..., None] / scale))[..., 0]
    except np.linalg.LinAlgError:
        out = (np.linalg.pinv(safe / scale) @ (right[..., None] / scale))[..., 0]
    out[bad] = np.nan
    return np.asarray(out)


def _walk(
    objective: Objective, point: Point, step: Floats, bounds: Bounds, weight: Floats, newton: bool
) -> Point:
    """Take the step, halving it for the elements whose objective with penalties `weight` (B, k) would rise."""
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
    return value + np.sum(weight * _violated(values, equal), axis=1)


def _violated(values: Floats, equal: NDArray[np.bool_]) -> Floats:
    """How far constraints with these values (..., k) are off: equalities from zero, the others below it."""
    return np.where(equal, np.abs(values), np.maximum(-values, 0.0))


def bounds_of(equalities: Sequence[Constraint], inequalities: Sequence[Constraint]) -> Bounds | None:
    """The bounds of a constraint system, or None when it has no nonlinear or one-sided ones."""
    constraints = (*equalities, *inequalities)
    if not constraints:
        return None
    return Bounds(
        constraints, len(equalities), any(linear_form(each.expression.tree) is None for each in constraints)
    )
