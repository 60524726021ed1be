"""The likelihood of two ordinal items in clusters: their correlation within and their covariance between clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.moments.margins.bivariate_normal import FAR, bivariate_pdf, grid_cdf
from mlbc_stats.moments.ordinal_levels.item import LEAST, Scored, gather, integrate
from mlbc_stats.moments.ordinal_levels.nodes import REACH, line, plane

Array = NDArray[Any]

SHARPEST = 0.2
"""1 − ρ² from which nodes get no closer: categories tell less about the difference of two effects than y* would."""


def pair_likelihood(
    counts: Array, first: Array, second: Array, joint: Array, nuisance: bool = False, count: int | None = None
) -> Scored:
    """log L of each cluster's pairs of answers, and its slopes by ρ within and ψ₁₂ between clusters.

    Formula: log ∫∫ φ₂(u; Ψ) Π_cd P(cell cd | u)^{n_jcd} du, P the chance of a rectangle with the limits τ − u under
    correlation ρ.

    Parameters
    ----------
    counts : array [J, C₁C₂]; first, second : arrays [C₁], [C₂], thresholds and ψ of each item; joint : (ρ, ψ₁₂).
    nuisance : whether slopes by the parameters of both items follow.
    """
    (t1, v1), (t2, v2), (rho, cov) = (first[:-1], first[-1]), (second[:-1], second[-1]), joint
    s1 = np.sqrt(v1)
    left = np.sqrt(v2 - cov**2 / v1)
    most = float(counts.sum(1).max() / max(1 - rho**2, SHARPEST))
    along, across = (line(most, float(each), count) for each in (v1 + cov**2 / v1, left**2))
    z1, z2, weight = plane(along, across, REACH if count is None else np.inf)
    u1, u2 = s1 * z1, cov / s1 * z1 + left * z2
    h, k = _limits(t1, u1), _limits(t2, u2)
    a, b = h[:, None], k[None]
    size = np.sqrt(1 - rho**2)
    chance = np.maximum(_cells(grid_cdf(h, k, np.full(len(u1), rho))), LEAST)
    value, posterior = integrate(counts, np.log(chance), weight)
    by_h = _density(a) * ndtr((b - rho * a) / size)
    by_k = _density(b) * ndtr((a - rho * b) / size)
    by_1, by_2 = -_cells(by_h), -_cells(by_k)
    slopes = [
        _cells(bivariate_pdf(a, b, rho)),
        by_2 * (z1 / s1 - cov / v1 / left * z2),
    ]
    if nuisance:
        slopes += [_cells(_only(by_h, at, 0)) for at in range(1, len(t1) + 1)]
        slopes += [
            by_1 * (z1 / (2 * s1)) + by_2 * (cov**2 / v1**2 / (2 * left) * z2 - cov / (2 * s1**3) * z1)
        ]
        slopes += [_cells(_only(by_k, at, 1)) for at in range(1, len(t2) + 1)]
        slopes += [by_2 * (z2 / (2 * left))]
    return Scored(value, gather(counts, posterior, slopes, chance))


def _limits(cuts: Array, effect: Array) -> Array:
    """Limits [C+1, K] of the categories around an effect, the outer ones infinite."""
    edge = np.full((1, len(effect)), FAR)
    return np.concatenate([-edge, cuts[:, None] - effect, edge])


def _density(x: Array) -> Array:
    return np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)


def _only(corners: Array, at: int, axis: int) -> Array:
    """The corners [a, b, K] with one limit alone, zero elsewhere."""
    out = np.zeros_like(corners)
    place = (at,) if axis == 0 else (slice(None), at)
    out[place] = corners[place]
    return out


def _cells(corners: Array) -> Array:
    """Second differences [C₁C₂, K] of values at the corners [C₁+1, C₂+1, K]."""
    rows = corners[1:] - corners[:-1]
    return (rows[:, 1:] - rows[:, :-1]).reshape(-1, corners.shape[-1])
