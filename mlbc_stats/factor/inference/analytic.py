"""The way from a solution to its analytic standard errors, rotation by rotation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.extraction.slopes import slopes
from mlbc_stats.factor.inference.conditions import STEP, canonical_conditions, rotation_conditions
from mlbc_stats.factor.inference.errors import Errors, read_errors, sampling_covariance
from mlbc_stats.factor.turning.names import criterion_of, promax_solution
from mlbc_stats.factor.turning.rotate import Rotated, rotate

Array = NDArray[Any]


def analytic_errors(
    rotated: Rotated,
    unrotated: Array,
    uniqueness: Array,
    free: Array,
    weight: Array,
    gamma: Array,
    n: float,
    options: Mapping[str, Any] | None = None,
) -> Errors:
    """Standard errors of a rotated solution.

    Parameters
    ----------
    rotated, unrotated : the solution before and after rotation; uniqueness : (p,); free : bool (p,), not at a bound.
    weight : of the discrepancy, (p, p) or over correlations (k, k).
    gamma : (k, k) covariance of √n times the correlations; n : cases.

    Notes
    -----
    Promax is no minimum of a criterion: its errors follow from those of varimax by the derivative of the map between.
    """
    p, m = unrotated.shape
    unique = int(free.sum()) if weight.shape[0] == p else 0
    if rotated.rotation == "none":
        scaled = weight.shape[0] == p and not np.array_equal(weight, np.eye(p))
        used = free if unique else np.zeros(p, dtype=bool)
        conditions = canonical_conditions(unrotated, uniqueness, used, scaled)
        own = slopes(unrotated, np.eye(m), weight, False, free)
        return read_errors(*sampling_covariance(own, conditions, gamma, n), p, m, False)
    if rotated.rotation == "promax":
        return _of_promax(rotated, unrotated, weight, free, gamma, n, options)
    criterion = criterion_of(rotated.rotation, p, m, options)
    loadings, phi, oblique = rotated.loadings, rotated.phi, not criterion.orthogonal
    conditions = rotation_conditions(loadings, phi, criterion, unique)
    own = slopes(loadings, phi, weight, oblique, free)
    return read_errors(*sampling_covariance(own, conditions, gamma, n), p, m, oblique)


def _of_promax(
    rotated: Rotated, unrotated: Array, weight: Array, free: Array, gamma: Array, n: float, options: Any
) -> Errors:
    p, m = unrotated.shape
    criterion = criterion_of("promax", p, m, options)
    varimax = unrotated @ varimax_behind(rotated, unrotated, options)
    unique = int(free.sum()) if weight.shape[0] == p else 0
    conditions = rotation_conditions(varimax, np.eye(m), criterion, unique)
    vcov, determined = sampling_covariance(
        slopes(varimax, np.eye(m), weight, False, free), conditions, gamma, n
    )
    tables = varimax + 1j * STEP * np.eye(p * m).reshape(p * m, p, m)
    loadings, phi = promax_solution(tables, options)
    i, j = below(m)
    moved = np.concatenate([loadings.reshape(p * m, -1), phi[:, i, j]], axis=1)
    slope = moved.imag.T / STEP
    return read_errors(slope @ vcov[: p * m, : p * m] @ slope.T, determined, p, m, True)


def varimax_behind(rotated: Rotated, unrotated: Array, options: Mapping[str, Any] | None) -> Array:
    """The orthogonal turn behind promax, its columns in the order and signs of the promax factors."""
    found = rotate(unrotated, "varimax", options)
    likeness = found.loadings.T @ rotated.loadings
    order = np.abs(likeness).argmax(axis=0)
    return found.matrix[:, order] * np.sign(likeness[order, np.arange(len(order))])
