"""Reach a minimum under constraints from far away: an augmented Lagrangian, minimized by trust-region steps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.system import constraint_values
from mlbc_stats.sem.estimation.constrained import FEASIBLE, Bounds, Constrained, scaled_directions, violations
from mlbc_stats.sem.estimation.curvature import constraint_curvature, curved_point
from mlbc_stats.sem.estimation.newton import descend
from mlbc_stats.sem.estimation.objective import Objective, Point, evaluate
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.search.problem import Problem, element

PENALTY, HARDER = 10.0, 10.0
"""First penalty, in units of what a constraint is off at the start, and by what it grows where that does not help."""

BETTER = 0.25
"""Share of its violation that a constraint may keep from one round to the next without a larger penalty."""

NEAR = 1e-3
"""Root of the decrement from which quadratic programming goes on."""

ROUNDS = 25
POLISH = 50
"""Rounds of multipliers, and steps of quadratic programming at the end."""


def from_afar(problem: Problem, start: Floats) -> Constrained | None:
    """Where the search ends from start (q,), with the multipliers there; None where nothing feasible is reached.

    Minimized is F − λᵀc + ½ρ‖c‖² over equalities c = 0, with max(0, λ − ρh)²/2ρ for inequalities h ≥ 0; then
    λ ← λ − ρc. Each c is measured by what it is at the start, so that the units of variables do not matter.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, ch. 17, doi:10.1007/978-0-387-40065-5.
    """
    bounds, objective = problem.bounds, problem.objective
    if bounds is None or objective.scoring_only:
        return None
    theta, multipliers, before = start, np.zeros(len(bounds.constraints)), np.inf
    weight = PENALTY / _sizes(problem, bounds, start) ** 2
    for _ in range(ROUNDS):
        look = partial(augmented_point, objective, bounds, multipliers, weight)
        none = np.asarray(0)
        reached = descend(look, look, Estimate(theta, none, none, none, none), problem.space, patient=True)
        theta = reached.estimate.theta
        values = constraint_values(bounds.constraints, theta[None])[0][0]
        if not np.isfinite(values).all():
            return None
        multipliers = _pull(bounds, values, multipliers, weight)
        off = _violation(problem, bounds, theta)
        near = off < FEASIBLE**0.5
        if near and float(reached.estimate.gradient_norm) < NEAR:
            break
        weight, before = weight * (HARDER if off > BETTER * before and not near else 1.0), off
    polished = element(problem.optimize(theta[None], POLISH), 0)
    if bool(polished.estimate.converged):
        return polished
    value = evaluate(objective, theta[None]).value[0]
    end = replace(reached.estimate, value=value)
    held = (np.arange(len(multipliers)) < bounds.n_equal) | (multipliers > 0)
    return Constrained(end, multipliers, held) if np.isfinite(value) else None


def augmented_point(
    objective: Objective, bounds: Bounds, multipliers: Floats, weight: Floats, theta: Floats
) -> Point:
    """The augmented Lagrangian at theta (B, q) with half its Hessian; multipliers and weights ρ are (k,)."""
    point = curved_point(objective, theta)
    values, slopes = constraint_values(bounds.constraints, theta)
    equal = np.arange(len(weight)) < bounds.n_equal
    pull = _pull(bounds, values, multipliers, weight)
    held = equal | (pull > 0)
    added = np.where(
        equal, 0.5 * weight * values**2 - multipliers * values, (pull**2 - multipliers**2) / (2 * weight)
    )
    gradient = point.gradient - np.einsum("bk,bkq->bq", pull, slopes)
    stiff = np.einsum("bkq,bk,bkr->bqr", slopes, np.where(held, weight, 0.0), slopes)
    half = point.information + 0.5 * stiff
    if bounds.curved:
        half = half - 0.5 * constraint_curvature(bounds.constraints, theta, pull)
    value = point.value + added.sum(axis=1)
    return replace(
        point, value=np.where(np.isfinite(value), value, np.inf), gradient=gradient, information=half
    )


def _pull(bounds: Bounds, values: Floats, multipliers: Floats, weight: Floats) -> Floats:
    """λ − ρc (..., k), of inequalities not below zero."""
    equal = np.arange(len(weight)) < bounds.n_equal
    pull = multipliers - weight * values
    return np.where(equal, pull, np.maximum(pull, 0.0))


def _sizes(problem: Problem, bounds: Bounds, theta: Floats) -> Floats:
    """What each constraint (k,) is measured by: how far it is off at the start, or its sampling deviation there."""
    values, jacobian = constraint_values(bounds.constraints, theta[None])
    spread = np.linalg.norm(jacobian @ _directions(problem, theta), axis=-1)[0]
    size = np.maximum(np.abs(np.nan_to_num(values[0])), np.nan_to_num(spread))
    return np.where(size > 0, size, 1.0)


def _violation(problem: Problem, bounds: Bounds, theta: Floats) -> float:
    return float(violations(bounds, theta[None], _directions(problem, theta)).max(initial=0.0))


def _directions(problem: Problem, theta: Floats) -> Floats:
    return scaled_directions(curved_point(problem.objective, theta[None]).information, problem.space)
