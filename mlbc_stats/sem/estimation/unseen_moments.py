"""Moments that incomplete data say nothing about: covariances of variables that are never observed together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import rank, unvech
from mlbc_stats.moments.incomplete.patterns import coverage
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.sample.saturated_curvature import saturated_curvature
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian


def unseen_moments(moments: SampleMoments) -> NDArray[np.bool_] | None:
    """Which of the saturated moments (μ, vech Σ) of a group the data leave undetermined (m,); None where none."""
    if moments.patterns is None or coverage(moments.patterns).min() > 0:
        return None
    found = constrained_inverse(saturated_curvature(moments.start).information, None)
    return found.undetermined if found.undetermined.any() else None


def unseen_covariances(moments: SampleMoments) -> NDArray[np.bool_] | None:
    """The same as a matrix (p, p) over Σ."""
    unseen = unseen_moments(moments)
    return None if unseen is None else unvech(unseen[len(moments.names) :])


def unseen_degrees(solution: Solution) -> int:
    """Degrees of freedom that a model has on paper alone.

    With H the information of the saturated moments and Δ their Jacobian within the constraints: the moments that no
    data tell, m − rank H, less the parameters that only these would tell, rank Δ − rank H^{½}Δ.
    """
    if not solution.method.fiml or all(unseen_moments(each) is None for each in solution.moments):
        return 0
    lost, plain, seen = 0, [], []
    for ram, moments, implied in zip(solution.rams, solution.moments, solution.implied(), strict=True):
        own = moment_jacobian(ram, implied)
        delta = np.zeros((len(own), len(solution.theta)))
        delta[:, ram.free] = own
        delta = delta if solution.tangent is None else delta @ solution.tangent
        root = _informed(moments, len(own))
        lost += len(own) - len(root)
        plain.append(delta)
        seen.append(root @ delta)
    return lost - (rank(np.concatenate(plain)) - rank(np.concatenate(seen)))


def _informed(moments: SampleMoments, count: int) -> NDArray[np.float64]:
    """Directions (r, m) of the saturated moments that the data tell, scaled; all of them where none is unseen."""
    if unseen_moments(moments) is None:
        return np.eye(count)
    information = saturated_curvature(moments.start).information
    size = np.sqrt(np.where(np.diag(information) > 0, np.diag(information), 1.0))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    told = values > 1e-9 * values[-1]
    return np.asarray((vectors[:, told] * np.sqrt(values[told])).T * size)
