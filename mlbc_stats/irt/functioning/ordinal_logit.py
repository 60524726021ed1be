"""Proportional odds regression: P(Y ≥ k) = logistic(α_k + x'β), by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]
STEPS, LEFT, FAR = 60, 1e-11, 50.0
"""Newton steps, log-likelihood left to gain at the end, and a linear predictor that means separation."""


@dataclass(frozen=True, slots=True)
class OrdinalLogit:
    """Log-likelihood, slopes β (r,) with standard errors (r,), thresholds α (K − 1,), and whether it converged."""

    loglik: float
    slopes: Array
    se: Array
    thresholds: Array
    converged: bool


def ordinal_logit(codes: Array, x: Array) -> OrdinalLogit:
    """Maximum likelihood of the proportional odds model.

    Parameters
    ----------
    codes : (n,) categories 0 … K − 1, each in use. x : (n, r) predictors without a constant.

    McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x. In R: ``MASS::polr(y ~ x)``.

    Examples
    --------
    >>> found = ordinal_logit(np.array([0, 1, 0, 1]), np.array([[0.0], [0.0], [1.0], [1.0]]))
    >>> abs(round(float(found.slopes[0]), 6))
    0.0
    """
    centre = x.mean(axis=0) if x.size else np.zeros(x.shape[1])
    scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0) if x.size else np.ones(x.shape[1])
    z, k = (x - centre) / scale, int(codes.max())
    share = np.array([(codes >= s).mean() for s in range(1, k + 1)])
    theta = np.concatenate([np.log(share / (1 - share)), np.zeros(x.shape[1])])
    value, slope, curved = _likelihood(codes, z, theta, k)
    for _ in range(STEPS):
        step = np.linalg.lstsq(curved, slope, rcond=None)[0]
        left = float(slope @ step) / 2
        if left < LEFT:
            break
        theta, (value, slope, curved) = _climbed(codes, z, theta, step, k, value, (value, slope, curved))
    done = left < LEFT and float(np.abs(z @ theta[k:]).max(initial=0)) < FAR
    inverse, _, ok = spd_inverse_logdet(curved)
    error = np.sqrt(np.diagonal(inverse))[k:] / scale if bool(ok) and done else np.full(x.shape[1], np.nan)
    beta = theta[k:] / scale
    return OrdinalLogit(value, beta, error, theta[:k] - centre @ beta, done)


Point = tuple[float, Array, Array]


def _climbed(
    codes: Array, z: Array, theta: Array, step: Array, k: int, value: float, here: Point
) -> tuple[Array, Point]:
    for _ in range(30):
        there = _likelihood(codes, z, theta + step, k)
        if there[0] >= value - 1e-12 * abs(value):
            return theta + step, there
        step = step / 2
    return theta, here


def _likelihood(codes: Array, z: Array, theta: Array, k: int) -> Point:
    """Log-likelihood, its slopes and minus its curvature."""
    alpha, eta = theta[:k], z @ theta[k:]
    if (np.diff(alpha) >= 0).any():
        return -np.inf, np.zeros(len(theta)), np.eye(len(theta))
    bound = np.concatenate([[np.inf], alpha, [-np.inf]])
    upper, lower = expit(bound[codes] + eta), expit(bound[codes + 1] + eta)
    share = np.maximum(upper - lower, 1e-300)
    du, dl = upper * (1 - upper) / share, lower * (1 - lower) / share
    first = _selector(codes, k)
    second = _selector(codes + 1, k)
    uu, ll = du * (1 - 2 * upper), dl * (1 - 2 * lower)
    a = np.hstack([du[:, None] * first - dl[:, None] * second, (du - dl)[:, None] * z])
    left, right = np.hstack([first, z]), np.hstack([second, z])
    curved = a.T @ a - left.T @ (uu[:, None] * left) + right.T @ (ll[:, None] * right)
    return float(np.log(share).sum()), a.sum(axis=0), curved


def _selector(place: Array, k: int) -> Array:
    """(n, k) 1 at threshold `place`, from 1; no entry at the ends."""
    return (place[:, None] == np.arange(1, k + 1)).astype(float)


def pseudo_r2(loglik: float, null: float, n: float) -> dict[str, float]:
    """McFadden's, Cox and Snell's and Nagelkerke's R² of a model against thresholds alone.

    Examples
    --------
    >>> round(pseudo_r2(-60.0, -69.3, 100)["mcfadden"], 3)
    0.134
    """
    cox = 1 - np.exp(2 * (null - loglik) / n)
    return {
        "mcfadden": 1 - loglik / null,
        "cox_snell": float(cox),
        "nagelkerke": float(cox / (1 - np.exp(2 * null / n))),
    }
