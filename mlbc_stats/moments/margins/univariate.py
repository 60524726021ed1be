"""First step of ordinal moments, case by case: thresholds, intercepts, slopes, variances and their influence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.margins.bivariate_normal import FAR
from mlbc_stats.moments.margins.probit import limit_designs, limit_scores, ordered_probit

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Margins:
    """Univariate estimates of p variables given k covariates, leading axes those of the weights.

    Attributes
    ----------
    theta : array [..., p, q]: thresholds (or the intercept), slopes, and last the variance of a continuous variable;
        zero beyond a variable's own.
    sizes : int array [p], how many a variable has.
    lower, upper : arrays [..., p, n], limits of the residual of ordinal variables.
    deviate : array [..., p, n], standardized residual of continuous variables, zero where missing.
    influence : array [..., p, q, n]: (Σ w s s')⁻¹ s, s the casewise score.
    up, down : arrays [p, q, n], derivatives of the limits by theta.
    basis : array [1+k, n], one and the covariates.
    observed : bool array [p, n].
    ok : bool array [..., p].
    """

    theta: Array
    sizes: Array
    lower: Array
    upper: Array
    deviate: Array
    influence: Array
    up: Array
    down: Array
    basis: Array
    observed: Array
    ok: Array


def fit_margins(x: Array, codes: Array, categories: Array, covariates: Array, weights: Array) -> Margins:
    """Ordered probit of every ordinal variable, least squares of every continuous one.

    Parameters
    ----------
    x : array [n, p].
    codes : int array [n, p], -1 where missing; of ordinal variables.
    categories : int array [p], 0 for continuous variables.
    covariates : array [n, k], about standardized.
    weights : array [..., n].

    Examples
    --------
    >>> x = np.array([[0.0, 1.0], [1.0, 2.0], [0.0, 3.0], [1.0, 6.0]])
    >>> found = fit_margins(x, x.astype(int), np.array([2, 0]), np.zeros((4, 0)), np.ones(4))
    >>> found.theta.tolist()
    [[0.0, 0.0], [3.0, 3.5]]
    """
    n, p = x.shape
    k = covariates.shape[1]
    sizes = np.where(categories > 0, categories - 1 + k, 2 + k)
    batch, q = weights.shape[:-1], int(sizes.max())
    theta, influence = np.zeros((*batch, p, q)), np.zeros((*batch, p, q, n))
    lower, upper = np.full((*batch, p, n), -FAR), np.full((*batch, p, n), FAR)
    deviate, ok = np.zeros((*batch, p, n)), np.zeros((*batch, p), bool)
    up, down = np.zeros((p, q, n)), np.zeros((p, q, n))
    basis = np.concatenate([np.ones((1, n)), covariates.T])
    observed = ~np.isnan(x.T)
    for v in range(p):
        own = slice(0, int(sizes[v]))
        mass = weights * observed[v]
        if categories[v]:
            up[v, own], down[v, own] = limit_designs(codes[:, v], int(categories[v]), covariates)
            fit = ordered_probit(codes[:, v], int(categories[v]), covariates, mass)
            theta[..., v, own], ok[..., v] = fit.theta, fit.ok
            lower[..., v, :], upper[..., v, :] = fit.lower, fit.upper
            _, by_upper, by_lower = limit_scores(fit.lower, fit.upper)
            scores = by_upper[..., None, :] * up[v, own] + by_lower[..., None, :] * down[v, own]
        else:
            values = np.where(observed[v], x[:, v], 0.0)
            theta[..., v, own], residual = _regress(values, basis, mass)
            variance = theta[..., v, own][..., -1:]
            with np.errstate(divide="ignore", invalid="ignore"):
                deviate[..., v, :] = np.where(observed[v], residual / np.sqrt(variance), 0.0)
                scores = _normal_scores(residual, variance, basis)
            ok[..., v] = variance[..., 0] > 0
        influence[..., v, own, :] = _influence(scores * observed[v], weights, ok[..., v])
    return Margins(theta, sizes, lower, upper, deviate, influence, up, down, basis, observed, ok)


def _regress(y: Array, basis: Array, weights: Array) -> tuple[Array, Array]:
    """Coefficients and residual variance (divisor Σw) [..., 2+k], and residuals [..., n]."""
    weighted = basis * weights[..., None, :]
    cross = np.matmul(weighted, basis.T)
    singular = np.linalg.matrix_rank(cross) < len(basis)
    safe = np.where(singular[..., None, None], np.eye(len(basis)), cross)
    coefficients = np.linalg.solve(safe, (weighted @ y)[..., None])[..., 0]
    coefficients = np.where(singular[..., None], np.nan, coefficients)
    residual = y - coefficients @ basis
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (weights * residual**2).sum(-1) / weights.sum(-1)
    return np.concatenate([coefficients, variance[..., None]], -1), residual


def _normal_scores(residual: Array, variance: Array, basis: Array) -> Array:
    """Scores [..., 2+k, n] of a normal regression by intercept, slopes and variance."""
    location = (residual / variance)[..., None, :] * basis
    spread = (residual**2 - variance) / (2.0 * variance**2)
    return np.concatenate([location, spread[..., None, :]], -2)


def _influence(scores: Array, weights: Array, ok: Array) -> Array:
    """(Σ w s s')⁻¹ s [..., q, n]; scores are brought to unit length first, whatever the units of the data."""
    good = ok & np.isfinite(scores).all((-2, -1))
    scores = np.where(good[..., None, None], scores, 0.0)
    length = np.sqrt((scores * scores * weights[..., None, :]).sum(-1, keepdims=True))
    length = np.where(length > 0, length, 1.0)
    scaled = scores / length
    cross = np.matmul(scaled * weights[..., None, :], scaled.swapaxes(-1, -2))
    singular = np.linalg.matrix_rank(cross, hermitian=True) < cross.shape[-1]
    solved = np.linalg.solve(np.where(singular[..., None, None], np.eye(cross.shape[-1]), cross), scaled)
    return np.where((singular | ~good)[..., None, None], np.nan, solved / length)
