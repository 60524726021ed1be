"""Least squares and binary regression on arrays: coefficients, bread and scores of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ITERATIONS, HALVINGS, STILL, NEAR = 100, 30, 1e-10, 1e-4
"""Steps of Fisher scoring at most, halvings of one, the step at which it ends, and the largest that counts as none."""
EDGE = 1e-12
"""Chances are kept this far from 0 and 1."""
LARGEST = 30.0
"""Linear predictors beyond this have a chance of 0 or 1 to machine precision."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A regression solved on arrays.

    Attributes
    ----------
    coefficients : (k,). bread : (k, k) inverse information. scores : (n, k) of cases. leverage : (n,), NaN where it has
        no part. loglik : at the coefficients. converged : whether scoring arrived. fitted : (n,) means.
    """

    coefficients: Floats
    bread: Floats
    scores: Floats
    leverage: Floats
    fitted: Floats
    loglik: float
    converged: bool


def least_squares(x: Floats, y: Floats) -> Solved:
    """Ordinary least squares of y (n,) on x (n, k) = QR; log-likelihood of normal errors with divisor n.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 1, 2, 3]])
    >>> least_squares(x, np.array([1.0, 3, 5, 7])).coefficients.round(6).tolist()
    [1.0, 2.0]
    """
    basis, root = np.linalg.qr(x)
    coefficients = np.linalg.solve(root, basis.T @ y)
    inverse = np.linalg.inv(root)
    fitted = x @ coefficients
    residual = y - fitted
    n = len(y)
    spread = max(float(residual @ residual) / n, 1e-300)
    loglik = -n / 2 * (np.log(2 * np.pi * spread) + 1)
    leverage = np.sum(basis**2, axis=1)
    return Solved(
        coefficients, inverse @ inverse.T, x * residual[:, None], leverage, fitted, float(loglik), True
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chance: mean, slope of the mean, and its curvature, each from the linear predictor (n,)."""

    mean: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    curve: Callable[[Floats], Floats]


def _logistic(eta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-eta)))


def _extreme(eta: Floats) -> Floats:
    return np.asarray(-np.expm1(-np.exp(eta)))


LINKS = {
    "logit": Link(
        _logistic,
        lambda eta: _logistic(eta) * (1 - _logistic(eta)),
        lambda eta: _logistic(eta) * (1 - _logistic(eta)) * (1 - 2 * _logistic(eta)),
    ),
    "cloglog": Link(
        _extreme,
        lambda eta: np.exp(eta - np.exp(eta)),
        lambda eta: np.exp(eta - np.exp(eta)) * (1 - np.exp(eta)),
    ),
}
"""Logit, and complementary log–log: the discrete form of a proportional hazard (Prentice & Gloeckler 1978)."""


def binary(x: Floats, y: Floats, link: str) -> Solved:
    """Maximum likelihood of 0/1 y (n,) on x (n, k) by Fisher scoring with halved steps.

    The bread is the inverse of the observed information.

    Examples
    --------
    >>> x = np.column_stack([np.ones(8), [0.0, 0, 0, 0, 1, 1, 1, 1]])
    >>> found = binary(x, np.array([1.0, 0, 0, 0, 1, 1, 1, 0]), "logit")
    >>> found.coefficients.round(4).tolist()
    [-1.0986, 2.1972]
    """
    chosen = LINKS[link]
    begin = np.zeros(x.shape[1])
    height = log_likelihood(x, y, begin, chosen)
    beta, converged = begin, False
    for _ in range(ITERATIONS):
        gradient, information = _scores(x, y, beta, chosen).sum(axis=0), _expected(x, beta, chosen)
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        beta, gained = _climb(x, y, beta, step, height, chosen)
        height += gained
        if gained == 0.0 or np.max(np.abs(step)) < STILL:
            converged = bool(np.max(np.abs(step)) < NEAR)
            break
    inverse = np.linalg.pinv(_observed(x, y, beta, chosen), hermitian=True)
    nowhere = np.full(len(y), np.nan)
    fitted = chosen.mean(_predictor(x, beta))
    return Solved(
        beta,
        np.asarray(inverse, dtype=np.float64),
        _scores(x, y, beta, chosen),
        nowhere,
        fitted,
        height,
        converged,
    )


def log_likelihood(x: Floats, y: Floats, beta: Floats, link: Link) -> float:
    """Σ y log μ + (1 − y) log(1 − μ).

    Examples
    --------
    >>> round(log_likelihood(np.ones((2, 1)), np.array([0.0, 1.0]), np.zeros(1), LINKS["logit"]), 4)
    -1.3863
    """
    mu = np.clip(link.mean(_predictor(x, beta)), EDGE, 1 - EDGE)
    return float(np.sum(y * np.log(mu) + (1 - y) * np.log(1 - mu)))


def _climb(
    x: Floats, y: Floats, beta: Floats, step: Floats, height: float, link: Link
) -> tuple[Floats, float]:
    for halving in range(HALVINGS):
        tried = beta + step / 2**halving
        gained = log_likelihood(x, y, tried, link) - height
        if gained >= 0:
            return tried, gained
    return beta, 0.0


def _predictor(x: Floats, beta: Floats) -> Floats:
    return np.asarray(np.clip(x @ beta, -LARGEST, LARGEST))


def _parts(x: Floats, beta: Floats, link: Link) -> tuple[Floats, Floats, Floats]:
    eta = _predictor(x, beta)
    mu = np.clip(link.mean(eta), EDGE, 1 - EDGE)
    return mu, link.slope(eta), link.curve(eta)


def _scores(x: Floats, y: Floats, beta: Floats, link: Link) -> Floats:
    mu, slope, _ = _parts(x, beta, link)
    return np.asarray(x * ((y - mu) * slope / (mu * (1 - mu)))[:, None])


def _expected(x: Floats, beta: Floats, link: Link) -> Floats:
    mu, slope, _ = _parts(x, beta, link)
    return np.asarray((x * (slope**2 / (mu * (1 - mu)))[:, None]).T @ x)


def _observed(x: Floats, y: Floats, beta: Floats, link: Link) -> Floats:
    mu, slope, curve = _parts(x, beta, link)
    spread = mu * (1 - mu)
    weight = slope**2 / spread - (y - mu) * (curve / spread - slope**2 * (1 - 2 * mu) / spread**2)
    return np.asarray((x * weight[:, None]).T @ x)
