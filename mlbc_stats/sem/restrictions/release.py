"""Score statistics of releasing some of a model's constraints, all from one information matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import null_space
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import constrained_inverse
from mlbc_stats.sem.restrictions.added_parameters import IDENTIFIED

REDUNDANT = 1e-8
"""Share of a constraint's change that the others rule out, from which they still imply it."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """k constraints at a solution with s parameters and n cases.

    Attributes
    ----------
    score : (s,) −½ ∂F/∂θ; information : (s, s), both per case.
    basis : (s, r) directions that all constraints leave.
    moves : (s, k) direction that changes left minus right side of one constraint by one and no other.
    implied : (k, k) projection on the changes that the other constraints rule out; zero when none is redundant.
    drift : (k,) score along the moves; own, left : (k, k) their information, all of it and given the free directions.
    n : cases.
    """

    score: Floats
    information: Floats
    basis: Floats
    moves: Floats
    implied: Floats
    drift: Floats
    own: Floats
    left: Floats
    n: float


@dataclass(frozen=True, slots=True)
class Release:
    """Score test of releasing some constraints: X² and the number of directions that the data say something about."""

    stat: float
    rank: int


def gather_constraints(
    score: Floats, information: Floats, rows: Floats, kept: Floats, n: float
) -> Constraints:
    """Prepare the release of `rows` (k, s), the Jacobian of the constraints, while `kept` (j, s) stay."""
    jacobian = np.vstack([rows, kept])
    k = len(rows)
    inverse = np.linalg.pinv(jacobian)
    basis = null_space(jacobian)
    free = constrained_inverse(information, basis).matrix
    moves = inverse[:, :k]
    pulled = information @ moves
    return Constraints(
        score=score,
        information=information,
        basis=basis,
        moves=moves,
        implied=(np.eye(len(jacobian)) - jacobian @ inverse)[:, :k],
        drift=moves.T @ score,
        own=moves.T @ pulled,
        left=moves.T @ pulled - pulled.T @ free @ pulled,
        n=n,
    )


def release_constraints(constraints: Constraints, which: Sequence[int] | NDArray[np.intp]) -> Release:
    """Score test of releasing some constraints together.

    Formula: X² = n uᵀL⁻u, u the score along what is released, L its information given the free directions,
    [DᵀID − DᵀIK(KᵀIK)⁻¹KᵀID]; where L is singular only the directions that it determines count.

    References
    ----------
    Aitchison & Silvey (1958), doi:10.1214/aoms/1177706538; Bentler & Chou (1992), doi:10.1177/0049124192021002006.
    """
    which = np.asarray(which, dtype=np.intp)
    mix = _changes(constraints, which)
    size = np.sqrt(np.einsum("kc,kj,jc->c", mix, constraints.own[np.ix_(which, which)], mix))
    mix = mix / np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(mix.T @ constraints.left[np.ix_(which, which)] @ mix)
    known = values > IDENTIFIED
    drift = vectors[:, known].T @ mix.T @ constraints.drift[which]
    stat = constraints.n * float(np.sum(drift**2 / values[known]))
    return Release(stat if known.any() else np.nan, int(known.sum()))


def expected_change(constraints: Constraints, which: Sequence[int] | NDArray[np.intp]) -> Floats:
    """Change (s,) of all parameters to be expected on releasing some constraints; NaN where it is not determined."""
    which = np.asarray(which, dtype=np.intp)
    released = constraints.moves[:, which] @ _changes(constraints, which)
    found = constrained_inverse(constraints.information, np.hstack([constraints.basis, released]))
    inverse, loose = found.matrix, found.undetermined
    return np.where(loose, np.nan, inverse @ constraints.score)


def _changes(constraints: Constraints, which: NDArray[np.intp]) -> Floats:
    """(|which|, c) the changes of the released constraints that the others allow."""
    ruled_out = constraints.implied[:, which]
    if not np.abs(ruled_out).max(initial=0.0) > REDUNDANT:
        return np.eye(len(which))
    return null_space(np.where(np.abs(ruled_out) > REDUNDANT, ruled_out, 0.0))
