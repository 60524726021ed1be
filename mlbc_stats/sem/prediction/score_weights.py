"""Weights that turn observed deviations into factor scores, for every pattern of missing values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.moments.incomplete.fiml import pattern_inverses
from mlbc_stats.moments.incomplete.patterns import Patterns
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Implied, Ram

UNDETERMINED = 1e-10
"""Smallest eigenvalue of LᵀWL, scaled to a unit diagonal, that counts as information about a factor."""


def regression_weights(ram: Ram, implied: Implied, patterns: Patterns) -> Floats:
    """C Σ⁻¹ of each pattern (K, m, p), zero where missing; C = cov(η, y) (m, p).

    References
    ----------
    Thurstone (1935), The Vectors of Mind; Skrondal & Laake (2001), doi:10.1007/BF02296196.
    """
    return implied.cross[ram.n_observed :] @ pattern_inverses(patterns, implied.sigma)[0]


def bartlett_weights(ram: Ram, implied: Implied, theta: Floats, patterns: Patterns) -> Floats:
    """(LᵀΘ⁻¹L)⁻¹LᵀΘ⁻¹ of each pattern (K, m, p); NaN for a factor that a pattern tells nothing about.

    L are the effects of factors on observed variables with the factors given, Θ is what varies beside them. Θ may be
    singular or worse: Θ + c L diag(v) Lᵀ gives the same weights. Factors are taken layer by layer: those with
    indicators first, then those of which the first are indicators, whose scores allow for the first layer's
    disturbances.

    References
    ----------
    Bartlett (1937), doi:10.1111/j.2044-8295.1937.tb00863.x
    """
    a, s, _ = matrices(ram, theta)
    p, v = ram.n_observed, len(a)
    spread = np.diag(implied.inverse @ s @ implied.inverse.T)
    out = np.full((len(patterns.observed), v - p, p), np.nan)
    for layer in _layers(a, p):
        rest = np.setdiff1d(np.arange(v), layer)
        total = np.linalg.inv(np.eye(len(rest)) - a[np.ix_(rest, rest)])[:p]
        loadings = total @ a[np.ix_(rest, layer)]
        beside = total @ s[np.ix_(rest, rest)] @ total.T
        joint = _definite(beside, (loadings * np.abs(spread[layer])) @ loadings.T)
        out[:, layer - p] = _least_squares(loadings, joint, patterns)
    return out


def _definite(beside: Floats, common: Floats) -> Floats:
    """Θ + c L diag(v) Lᵀ, c the first of 1, 100, 10⁴ that makes it positive definite; negative variances need more."""
    for factor in (1.0, 1e2, 1e4):
        joint = beside + factor * common
        if spd_inverse_logdet(joint)[2]:
            break
    return joint


def _layers(a: Floats, p: int) -> list[NDArray[np.intp]]:
    """Latent variables with arrows to observed variables, then those with arrows to these, and so on."""
    reached, left, layers = np.arange(p), np.arange(p, len(a)), []
    while len(left):
        direct = (a[np.ix_(reached, left)] != 0).any(axis=0)
        if not direct.any():
            break
        reached, left = left[direct], left[~direct]
        layers.append(reached)
    return layers


def _least_squares(loadings: Floats, joint: Floats, patterns: Patterns) -> Floats:
    """(LᵀWL)⁻¹LᵀW for W the inverse of each pattern's block of `joint`, shape (K, f, p)."""
    weight, _, ok = pattern_inverses(patterns, joint)
    pulled = loadings.T @ weight
    inner = pulled @ loadings
    size = np.sqrt(np.einsum("kii->ki", inner))
    scale = np.where(size > 0, size, 1.0)
    scaled = inner / (scale[:, :, None] * scale[:, None, :])
    inverse, _, full = spd_inverse_logdet(scaled)
    values = np.linalg.eigvalsh(scaled)
    for k in np.flatnonzero(~full | (values[:, 0] < UNDETERMINED)):
        inverse[k] = _determined(scaled[k])
    inverse[~ok] = np.nan
    return (inverse / (scale[:, :, None] * scale[:, None, :])) @ pulled


def _determined(inner: Floats) -> Floats:
    """Pseudo-inverse, with NaN rows for the factors that the null space moves."""
    values, vectors = np.linalg.eigh(inner)
    null = values < UNDETERMINED * max(1.0, values[-1])
    inverse = (vectors[:, ~null] / values[~null]) @ vectors[:, ~null].T
    inverse[np.abs(vectors[:, null]).max(axis=1, initial=0.0) > 1e-6] = np.nan
    return inverse
