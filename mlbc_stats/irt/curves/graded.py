"""Graded response: ordered categories by cumulative logits, P(Y ≥ k) = logistic(aθ + d_k)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

Array = NDArray[Any]


def size(categories: int) -> int:
    """Parameters of an item: slope a and intercepts d_1 > … > d_{K−1}."""
    return categories


def log_probabilities(parameters: Array, theta: Array) -> Array:
    """log P of each category, (q, p, K), of items with parameters (p, m) at theta (q,).

    P_k = σ(x) − σ(y) = σ(x) σ(−y) (1 − e^{y−x}) with x, y the logits of reaching k and k + 1; NaN where the intercepts
    are not in order.

    Examples
    --------
    >>> np.exp(log_probabilities(np.array([[1.0, 1.0, -1.0]]), np.zeros(1))).round(3).tolist()
    [[[0.269, 0.462, 0.269]]]
    """
    logit = _logits(parameters, theta)
    out = np.zeros((*logit.shape[:2], parameters.shape[1]))
    out[..., 1:] += log_expit(logit)
    out[..., :-1] += log_expit(-logit)
    gap = parameters[:, 1:-1] - parameters[:, 2:]
    with np.errstate(invalid="ignore", divide="ignore"):
        out[..., 1:-1] += np.log(-np.expm1(-gap))
    return out


def slopes(parameters: Array, theta: Array) -> Array:
    """∂ log P / ∂ parameters, (q, p, K, m)."""
    upper, lower = _first(parameters, theta)
    out = np.zeros((*upper.shape, parameters.shape[1]))
    out[..., 0] = theta[:, None, None] * (upper + lower)
    k = np.arange(1, parameters.shape[1])
    out[..., k, k] = upper[..., 1:]
    out[..., k - 1, k] = lower[..., :-1]
    return out


def theta_slopes(parameters: Array, theta: Array) -> tuple[Array, Array]:
    """∂ log P / ∂θ and ∂² log P / ∂θ², each (q, p, K)."""
    upper, lower = _first(parameters, theta)
    xx, xy, yy = _second(parameters, theta)
    a = parameters[:, :1]
    return a * (upper + lower), a**2 * (xx + 2 * xy + yy)


def curvature(parameters: Array, theta: Array, counts: Array) -> Array:
    """Σ counts ∂² log P / ∂ parameters², (p, m, m), with counts (q, p, K)."""
    xx, xy, yy = (counts * each for each in _second(parameters, theta))
    p, m = parameters.shape
    out = np.zeros((p, m, m))
    k = np.arange(1, m)
    at, squared = theta, theta**2
    out[:, 0, 0] = np.einsum("q,qpk->p", squared, xx + 2 * xy + yy)
    mixed = np.einsum("q,qpk->pk", at, xx + xy)[:, 1:] + np.einsum("q,qpk->pk", at, yy + xy)[:, :-1]
    out[:, 0, 1:] = out[:, 1:, 0] = mixed
    out[:, k, k] = xx.sum(0)[:, 1:] + yy.sum(0)[:, :-1]
    between = xy.sum(0)[:, 1:-1]
    out[:, k[:-1], k[1:]] = out[:, k[1:], k[:-1]] = between
    return out


def _logits(parameters: Array, theta: Array) -> Array:
    return theta[:, None, None] * parameters[:, :1] + parameters[:, 1:]


def _odds(parameters: Array) -> Array:
    """(p, K) 1/(e^{x−y} − 1); zero for the first and last category."""
    out = np.zeros(parameters.shape)
    with np.errstate(over="ignore", divide="ignore"):
        out[:, 1:-1] = 1 / np.expm1(parameters[:, 1:-1] - parameters[:, 2:])
    return out


def _first(parameters: Array, theta: Array) -> tuple[Array, Array]:
    """∂ log P / ∂x and ∂ log P / ∂y, (q, p, K); zero where a category has no such bound."""
    logit, odds = _logits(parameters, theta), _odds(parameters)
    upper, lower = (
        np.zeros((*logit.shape[:2], parameters.shape[1])),
        np.zeros((*logit.shape[:2], parameters.shape[1])),
    )
    upper[..., 1:] = expit(-logit)
    lower[..., :-1] = -expit(logit)
    return upper + odds, lower - odds


def _second(parameters: Array, theta: Array) -> tuple[Array, Array, Array]:
    """Second derivatives of log P by xx, xy and yy, (q, p, K)."""
    logit, odds = _logits(parameters, theta), _odds(parameters)
    spread = expit(logit) * expit(-logit)
    both = odds * (1 + odds)
    xx, yy = (
        np.zeros((*logit.shape[:2], parameters.shape[1])),
        np.zeros((*logit.shape[:2], parameters.shape[1])),
    )
    xx[..., 1:] = -spread
    yy[..., :-1] = -spread
    return xx - both, np.broadcast_to(both, xx.shape), yy - both
