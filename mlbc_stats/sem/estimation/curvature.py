"""Second derivatives of what is minimized."""

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
    evaluate_at,
    evaluations,
    implied_at,
    take,
)
from mlbc_stats.sem.implied.ordinal_derivatives import stacked_curvature
from mlbc_stats.sem.implied.ram import Implied

DIFFERENCE = 1e-4
"""Step of the differences of constraints, relative to a parameter: the error is its square."""


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
    size = joint_sizes(hessian, unit_sizes(np.diag(hessian), k, least))
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


def joint_sizes(hessian: Floats, size: Floats) -> Floats:
    """Units (r,) of directions whose own curvature is nothing raised to what they do together: |h_ij| ≤ u_i u_j.

    The loading of a factor without variance has no curvature and no standardized unit, but with the factor's
    covariances it may lead down; without this the two would be measured by rounding.
    """
    bare = np.sqrt(np.abs(np.diag(hessian))) < size * (1 - 1e-9)
    bare |= np.diag(hessian) == 0
    if not bare.any():
        return size
    off = np.abs(hessian - np.diag(np.diag(hessian)))
    with_others = (off[:, ~bare] / size[~bare]).max(axis=1, initial=0.0)
    together = np.sqrt(off[:, bare].max(axis=1, initial=0.0))
    return np.where(bare, np.maximum(size, np.maximum(with_others, together)), size)


def curved_point(objective: Objective, theta: Floats) -> Point:
    """The objective at theta (B, q) with half its Hessian as information."""
    return curved_at(objective, theta, implied_at(objective, theta))


def curved_at(objective: Objective, theta: Floats, moments: Sequence[Implied]) -> Point:
    """The same at theta (B, q), whose implied moments are known."""
    if not objective.scoring_only:
        return evaluate_at(objective, theta, moments, observed=True)
    plain = evaluate_at(objective, theta, moments)
    bends = np.stack([_bends(take(objective, np.array([i])), theta[i]) for i in range(len(theta))])
    return replace(plain, information=plain.information + bends)


def _bends(objective: Objective, theta: Floats) -> Floats:
    """What the curvature of the moments adds to the information (q, q) of one element under least squares."""
    out = np.zeros((len(theta), len(theta)))
    moments = implied_at(objective, theta[None])
    for ram, share, got in zip(
        objective.rams, objective.shares, evaluations(objective, moments), strict=True
    ):
        own = stacked_curvature(ram, theta, got.slope[0])
        out[np.ix_(ram.free, ram.free)] += share * own
    return out


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
