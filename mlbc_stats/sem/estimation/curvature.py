"""Second derivatives of what is minimized: exact where the engine has them, else from differences of the gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.system import Constraint, constraint_values
from mlbc_stats.sem.estimation.magnitudes import NOTHING
from mlbc_stats.sem.estimation.objective import (
    Objective,
    Point,
    evaluate,
    evaluate_at,
    implied_at,
    take,
    take_point,
)
from mlbc_stats.sem.implied.ram import Implied

DIFFERENCE = 1e-4
"""Step of the differences, in units of a parameter's information: the error is its square."""

CHUNK = 4_000_000
"""Numbers of information matrices that one pass of differences may hold."""


@dataclass(frozen=True, slots=True)
class Principal:
    """½H = VΛVᵀ of one point over the free directions K, in units of its own diagonal.

    Attributes
    ----------
    roots : (r,) Λ, ascending; vectors : (r, r) V.
    along : (r,) slope along each of them; back : (q, r) K with a direction's unit taken off.
    """

    roots: Floats
    vectors: Floats
    along: Floats
    back: Floats

    def floored(self, least: float) -> Floats:
        """|Λ| (r,), at least this share of the largest."""
        return np.maximum(np.abs(self.roots), least * np.abs(self.roots).max(initial=1e-300))


def principal(
    slope: Floats, hessian: Floats, basis: Floats | None, least: Floats | None = None
) -> Principal | None:
    """Principal directions from dF/dθ (q,) and ½H (q, q) within a basis (q, r); None where they are not finite.

    A parameter with less curvature than the `least` (q,) that counts is measured by its standardized unit instead, so
    that rounding is not blown up to a curvature of one.
    """
    k = np.eye(len(slope)) if basis is None else basis
    slope, hessian = slope @ k, k.T @ hessian @ k
    if not (np.isfinite(slope).all() and np.isfinite(hessian).all()):
        return None
    size = unit_sizes(np.diag(hessian), k, least)
    scaled = hessian / np.outer(size, size)
    roots, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    return Principal(roots, vectors, vectors.T @ (slope / size), k / size)


def unit_sizes(curvature: Floats, basis: Floats, least: Floats | None) -> Floats:
    """What directions (q, r) are measured by (r,): the root of their curvature (r,), or of 1/unit² where it is nothing.

    `least` (q,) is `NOTHING`/unit² of the parameters.
    """
    size = np.abs(curvature)
    if least is not None:
        floor = least @ basis**2
        size = np.where(size < floor, floor / NOTHING, size)
    return np.asarray(np.sqrt(np.maximum(size, 1e-300)))


def curved_point(objective: Objective, theta: Floats) -> Point:
    """The objective at theta (B, q) with half its Hessian as information."""
    return curved_at(objective, theta, implied_at(objective, theta))


def curved_at(objective: Objective, theta: Floats, moments: Sequence[Implied]) -> Point:
    """The same at theta (B, q), whose implied moments are known."""
    if not objective.scoring_only:
        return evaluate_at(objective, theta, moments, observed=True)
    plain = evaluate_at(objective, theta, moments)
    half = np.stack([_half_hessian(objective, plain, i) for i in range(len(theta))])
    return replace(plain, information=half)


def _half_hessian(objective: Objective, point: Point, i: int) -> Floats:
    """½ d²F/dθdθᵀ (q, q) of one element, from central differences of the gradient."""
    one = take(objective, np.array([i]))
    theta, information = point.theta[i], take_point(point, np.array([i])).information[0]
    q = len(theta)
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    step = DIFFERENCE / np.where(size > 0, size, 1.0)
    several = max(1, CHUNK // max(1, q * q))
    slopes = np.empty((2 * q, q))
    shifts = np.concatenate([np.diag(step), -np.diag(step)])
    for first in range(0, 2 * q, several):
        part = slice(first, first + several)
        slopes[part] = evaluate(one, theta + shifts[part]).gradient
    half = (slopes[:q] - slopes[q:]) / (4 * step[:, None])
    return np.asarray((half + half.T) / 2)


def constraint_curvature(constraints: tuple[Constraint, ...], theta: Floats, weights: Floats) -> Floats:
    """Σ_k w_k d²c_k/dθdθᵀ (B, q, q) at theta (B, q), from differences of the exact slopes; weights (B, k)."""
    out = np.zeros((*theta.shape, theta.shape[1]))
    places = sorted({place for constraint in constraints for place in constraint.places})
    for place in places:
        step = DIFFERENCE * np.maximum(np.abs(theta[:, place]), 1e-3)
        shift = np.zeros_like(theta)
        shift[:, place] = step
        change = (
            constraint_values(constraints, theta + shift)[1]
            - constraint_values(constraints, theta - shift)[1]
        )
        out[:, place] = np.einsum("bk,bkq->bq", weights, change) / (2 * step[:, None])
    return (out + out.mT) / 2
