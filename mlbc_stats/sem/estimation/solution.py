"""A fitted point with what inference needs around it: model, data, method and constraint space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.curvature import unit_sizes
from mlbc_stats.sem.estimation.magnitudes import least_information
from mlbc_stats.sem.estimation.objective import Objective, evaluate_at
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.implied.random.engine import SlopeEngine

SINGULAR = 1e-10
"""Smallest eigenvalue of an information matrix (scaled to a unit diagonal) that counts as positive."""

LOOSE = 1e-4
"""Part of a flat direction, in units of the information, from which a parameter counts as undetermined."""

LOWEST = 1e-140
"""Root of an information that is zero, by numbers that double precision holds."""

WELL_CONDITIONED = 1e-3
"""Smallest Cholesky pivot of the scaled information above which no eigenvalue can be near `SINGULAR`."""


@dataclass(frozen=True)
class Solution:
    """Where a model stands after estimation.

    Attributes
    ----------
    objective : F with the models and data of all groups.
    moments : sample moments per group, as analysed.
    method : estimator, errors and test.
    theta : (q,) estimates.
    basis : (q, r) directions the equality constraints leave free at theta, or None for all.
    tangent : the same with the inequalities that bind held as well.
    level : (q, k) directions in which the discrepancy is flat there, to second order (see `Audit`).
    n : cases, all groups.
    vcov : (q, q) covariance of the estimates where they do not minimize the objective (instruments, estimation in
        steps) and it does not follow from its information; None else.
    """

    objective: Objective
    moments: tuple[SampleMoments, ...]
    method: Method
    theta: Floats
    basis: Floats | None
    tangent: Floats | None
    n: float
    vcov: Floats | None = None
    level: Floats | None = None

    @property
    def rams(self) -> tuple[Ram, ...]:
        """The model of each group, covariate moments filled in."""
        return self.objective.rams

    @property
    def shares(self) -> Floats:
        """(G,) share of the cases in each group."""
        return self.objective.shares

    @property
    def saturated(self) -> bool:
        """Whether there are unrestricted moments to compare the model with; some incomplete data leave none."""
        return all(each.provisional is None for each in self.moments)

    @property
    def varying(self) -> bool:
        """Whether slopes vary between clusters, so that the model has no unrestricted moments to be tested against."""
        return any(isinstance(ram.engine, SlopeEngine) for ram in self.rams)

    @property
    def rank(self) -> int:
        """Number of parameters after equality constraints."""
        return len(self.theta) if self.basis is None else self.basis.shape[1]

    def implied(self) -> tuple[Implied, ...]:
        """Implied moments per group, computed once."""
        return self._implied

    @cached_property
    def _implied(self) -> tuple[Implied, ...]:
        return tuple(imply(ram, self.theta) for ram in self.rams)

    @cached_property
    def expected_information(self) -> Floats:
        """Expected unit information (q, q) at the estimates, computed once."""
        return evaluate_at(self.objective, self.theta, self.implied()).information

    @cached_property
    def expected_inverse(self) -> ConstrainedInverse:
        """Constrained inverse of the expected information, with what it leaves undetermined; computed once."""
        return constrained_inverse(self.expected_information, self.tangent, self.least_information)

    @cached_property
    def least_information(self) -> Floats:
        """Information (q,) per case that counts as none, computed once."""
        return least_information(self.rams, self.implied(), len(self.theta))

    @cached_property
    def flat(self) -> Floats:
        """Directions (q, k) that the data leave undetermined: without expected information, or without curvature."""
        found = self.expected_inverse.flat
        return found if self.level is None else np.hstack([found, self.level])

    @cached_property
    def undetermined(self) -> NDArray[np.bool_]:
        """(q,) the parameters that take part in one of them: the mask of all that reports numbers about parameters."""
        own = self.expected_inverse.undetermined
        return (
            own
            if self.level is None
            else own | taking_part(self.level, self.expected_information, self.least_information)
        )


@dataclass(frozen=True, slots=True)
class ConstrainedInverse:
    """Inverse of an information matrix over the directions that the constraints leave.

    Attributes
    ----------
    matrix : (q, q) K(KᵀIK)⁻¹Kᵀ, a pseudo-inverse where KᵀIK is singular.
    flat : (q, k) directions about which there is no information.
    undetermined : (q,) parameters that take part in one of them.
    """

    matrix: Floats
    flat: Floats
    undetermined: NDArray[np.bool_]


def taking_part(flat: Floats, information: Floats, least: Floats | None) -> NDArray[np.bool_]:
    """(q,) parameters that some of the directions (q, k) move, in units of the information (q, q) about them."""
    size = _sizes(np.diag(information), np.eye(len(information)), least)
    return np.asarray((np.abs(flat) * size[:, None] > LOOSE).any(axis=1))


def _sizes(information: Floats, basis: Floats, least: Floats | None) -> Floats:
    """Root of the information about directions (r,), or the inverse of their units where there is none."""
    size = unit_sizes(information, basis, least)
    return np.where(size > LOWEST, size, 1.0)


def constrained_inverse(
    information: Floats, basis: Floats | None, least: Floats | None = None
) -> ConstrainedInverse:
    """Invert an information matrix (q, q) over the directions K (q, r), and say which of them it leaves undetermined.

    The information is scaled to a unit diagonal first, so that the units of the variables do not decide; what is below
    the `least` (q,) that counts is none.
    """
    q = len(information)
    k = np.eye(q) if basis is None else basis
    inner = k.T @ information @ k
    size = _sizes(np.diag(inner), k, least)
    scaled = inner / np.outer(size, size)
    if not np.isfinite(scaled).all():
        return ConstrainedInverse(np.full((q, q), np.nan), k, np.ones(q, dtype=bool))
    lower, ok = cholesky_flag(scaled)
    if ok and lower.diagonal().min(initial=1.0) > WELL_CONDITIONED:
        outer = k / size
        matrix = outer @ spd_inverse_logdet(scaled)[0] @ outer.T
        return ConstrainedInverse(matrix, np.zeros((q, 0)), np.zeros(q, dtype=bool))
    values, vectors = np.linalg.eigh((scaled + scaled.T) / 2)
    null = np.abs(values) < SINGULAR * max(1.0, float(np.abs(values).max(initial=0.0)))
    outer = (k / size) @ vectors
    inverse = (outer[:, ~null] / values[~null]) @ outer[:, ~null].T
    flat = outer[:, null]
    return ConstrainedInverse(inverse, flat, taking_part(flat, information, least))
