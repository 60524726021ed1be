"""Standard errors of rotated loadings and factor correlations from the covariance of the correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.factor.extraction.slopes import Slopes
from mlbc_stats.linalg import null_space

Array = NDArray[Any]

SINGULAR = 1e-10
"""Least eigenvalue of the curvature along the allowed directions, relative to the largest, of a determined solution."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Sampling covariance of a solution.

    Attributes
    ----------
    vcov : (q, q) of Λ by rows, then Φ below the diagonal; loadings : (p, m) and phi : (m, m) standard errors.
    determined : whether the curvature is positive along every direction that the rotation leaves open.
    """

    vcov: Array
    loadings: Array
    phi: Array
    determined: bool


def sampling_covariance(slopes: Slopes, conditions: Array, gamma: Array, n: float) -> tuple[Array, bool]:
    """N(N'HN)⁻¹N' B Γ B' N(N'HN)⁻¹N'/n, N the directions that keep the rotation's conditions.

    With Γ of normal variables at a maximum-likelihood solution this is the inverse of the information augmented by the
    conditions.

    References
    ----------
    Jennrich (1974), doi:10.1007/BF02291390; Browne, Cudeck, Tateneni & Mels (2002), CEFA; Zhang, Preacher, Hattori,
    Jiang & Trichtinger (2019), doi:10.1177/0146621618798635.
    """
    q = len(slopes.curvature)
    basis = null_space(conditions) if len(conditions) else np.eye(q)
    inside = basis.T @ slopes.curvature @ basis
    values, vectors = np.linalg.eigh(inside)
    determined = bool(values[0] > SINGULAR * values[-1])
    if not determined:
        return np.full((q, q), np.nan), False
    turn = basis @ (vectors / values) @ vectors.T @ basis.T @ slopes.pull
    return turn @ gamma @ turn.T / n, True


def read_errors(vcov: Array, determined: bool, p: int, m: int, oblique: bool) -> Errors:
    """Standard errors in the shape of the solution; zero where a correlation of factors is fixed."""
    deviation = np.sqrt(np.maximum(np.diagonal(vcov), 0.0)) if determined else np.full(len(vcov), np.nan)
    phi = np.zeros((m, m))
    count = p * m
    if oblique:
        i, j = below(m)
        phi[i, j] = phi[j, i] = deviation[count : count + len(i)]
        count += len(i)
    return Errors(vcov[:count, :count], deviation[: p * m].reshape(p, m), phi, determined)
