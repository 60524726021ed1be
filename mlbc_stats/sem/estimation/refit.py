"""Fit one model to a whole batch of sample moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.constraints.system import ConstraintSystem, constraint_values
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation import weights as binding
from mlbc_stats.sem.estimation.constrained import bounds_of, minimize_constrained
from mlbc_stats.sem.estimation.magnitudes import endless
from mlbc_stats.sem.estimation.objective import Objective, evaluate, implied_at, take
from mlbc_stats.sem.estimation.scoring import Estimate, minimize
from mlbc_stats.sem.estimation.search.variable_metric import descend
from mlbc_stats.sem.implied.moments import fill_exogenous, matrices
from mlbc_stats.sem.implied.ram import Ram

BATCH_TOLERANCE = 1e-11
"""Newton decrement for resampled fits: errors of about 1e-5 standard errors at n = 300."""


@dataclass(frozen=True, slots=True)
class BatchFit:
    """B fits of one model.

    Attributes
    ----------
    estimate : theta (B, q), value (B,), converged (B,): to a finite point.
    rams : the model per group, with each element's covariate moments.
    admissible : (B,) no negative variance among the fits' own parameters.
    errors : (B, q + d) expected-information standard errors of theta and of the d defined parameters where they were
        asked for, else None.
    """

    estimate: Estimate
    rams: tuple[Ram, ...]
    admissible: NDArray[np.bool_]
    errors: Floats | None = None


def refit(
    rams: tuple[Ram, ...],
    moments: tuple[SampleMoments, ...],
    method: Method,
    system: ConstraintSystem,
    space: Space,
    start: Floats,
    tolerance: float = BATCH_TOLERANCE,
    errors: bool = False,
    inverse: Floats | None = None,
) -> BatchFit:
    """Fit to moments with a batch axis (B, p, p), all from one start (q,) or their own (B, q).

    Parameters
    ----------
    inverse : of the unit information that holds near the start of all of them, in the directions of the space; the
        search then begins by gradients alone.
    """
    filled = tuple(fill_exogenous(ram, m.cov, m.mean) for ram, m in zip(rams, moments, strict=True))
    bound = tuple(binding.bind(method, m, ram) for m, ram in zip(moments, filled, strict=True))
    size = moments[0].cov.shape[0]
    objective = Objective(filled, bound, binding.shares(method, moments), system.n_parameters)
    theta = np.broadcast_to(start, (size, system.n_parameters)).copy()
    bounds = bounds_of(system.equalities, system.inequalities)
    with np.errstate(all="ignore"):  # a search may pass through points where nothing is finite
        if bounds is None:
            estimate = _minimized(objective, theta, space, tolerance, inverse)
        else:
            estimate = minimize_constrained(objective, theta, space, bounds).estimate
        finite = np.isfinite(estimate.theta).all(axis=-1) & np.isfinite(estimate.value)
        at = np.where(finite[:, None], estimate.theta, 0.0)
        runs_off = endless(filled, implied_at(objective, at)).any(axis=-1)
        estimate = replace(estimate, converged=estimate.converged & finite & ~runs_off)
        found = _errors(objective, estimate, space, system, moments) if errors else None
        return BatchFit(estimate, filled, admissible(filled, estimate.theta), found)


def _minimized(
    objective: Objective, theta: Floats, space: Space, tolerance: float, inverse: Floats | None
) -> Estimate:
    """By gradients where a curvature is known; what these leave, and all else, by scoring and Newton steps."""
    if inverse is None:
        return minimize(objective, theta, space, tolerance=tolerance)
    found = descend(objective, theta, space, inverse, tolerance)
    left = np.flatnonzero(~found.converged)
    if len(left):
        rest = minimize(take(objective, left), theta[left], space, tolerance=tolerance)
        for name in ("theta", "value", "gradient_norm", "iterations", "converged"):
            getattr(found, name)[left] = getattr(rest, name)
    return found


def _errors(
    objective: Objective,
    estimate: Estimate,
    space: Space,
    system: ConstraintSystem,
    moments: tuple[SampleMoments, ...],
) -> Floats:
    """√diag JK(KᵀIK)⁻¹KᵀJᵀ/n of every element (B, q + d), J that of theta and the defined ones; NaN if unsolved."""
    solved, q = np.flatnonzero(estimate.converged), system.n_parameters
    out: Floats = np.full((len(estimate.theta), q + len(system.defined)), np.nan)
    if not len(solved):
        return out
    information = evaluate(take(objective, solved), estimate.theta[solved]).information
    if space.basis is not None:
        information = space.basis.T @ information @ space.basis
    inverse, _, ok = spd_inverse_logdet(information)
    if space.basis is not None:
        inverse = space.basis @ inverse @ space.basis.T
    n = np.sum([np.asarray(m.n, dtype=float) - (m.divisor != "n") for m in moments], axis=0)[solved]
    out[solved, :q] = np.einsum("...ii->...i", inverse)
    if system.defined:
        slopes = constraint_values(system.defined, estimate.theta[solved])[1]
        out[solved, q:] = np.sum((slopes @ inverse) * slopes, axis=-1)
    out[solved] = np.where(ok[:, None], np.sqrt(np.maximum(out[solved], 0.0) / n[:, None]), np.nan)
    return out


def admissible(rams: tuple[Ram, ...], theta: Floats) -> NDArray[np.bool_]:
    """Which theta (B, q) have no negative variance among the model's own parameters."""
    ok = np.ones(len(theta), dtype=bool)
    for ram in rams:
        _, disturbance, _ = matrices(ram, theta)
        ok &= (np.diagonal(disturbance, axis1=-2, axis2=-1) >= 0).all(axis=-1)
    return ok


def join_fits(parts: list[BatchFit]) -> BatchFit:
    """Chunks of fits as one batch, in order."""
    estimate = Estimate(
        *(
            np.concatenate([getattr(part.estimate, name) for part in parts])
            for name in ("theta", "value", "gradient_norm", "iterations", "converged")
        )
    )
    rams = tuple(
        replace(group[0], s0=_join([r.s0 for r in group], 2), m0=_join([r.m0 for r in group], 1))
        for group in zip(*(part.rams for part in parts), strict=True)
    )
    errors = [part.errors for part in parts if part.errors is not None]
    return BatchFit(
        estimate,
        rams,
        np.concatenate([part.admissible for part in parts]),
        np.concatenate(errors) if errors else None,
    )


def _join(arrays: list[Floats], core: int) -> Floats:
    return arrays[0] if arrays[0].ndim == core else np.concatenate(arrays)
