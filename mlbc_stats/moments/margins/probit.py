"""Ordered probit regression: thresholds and slopes of one ordinal variable on covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.moments.margins.bivariate_normal import FAR, TWO_PI
from mlbc_stats.moments.margins.separation import separated

Array = NDArray[Any]

#: Length of a Newton step, in the metric of the information, that is the last one.
SMALL = 1e-7
#: Newton steps before giving up.
STEPS = 50
#: Slopes this large, for covariates of unit variance (98 % of y* explained), mean that these separate the
#: categories.
SEPARATED = 8.0
#: Distance of a case from a threshold, in residual standard deviations, from which separation is looked for.
DISTANT = 4.0
#: Smallest probability of a case.
LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Probit:
    """Estimates of one regression.

    Attributes
    ----------
    theta : array [..., T+k], thresholds then slopes; NaN where not ``ok``.
    lower, upper : arrays [..., n], the limits τ_c-1 - xβ and τ_c - xβ between which the residual lies.
    information : array [..., T+k, T+k], minus the second derivatives of the log-likelihood.
    ok : bool array [...]; every category present and converged.
    """

    theta: Array
    lower: Array
    upper: Array
    information: Array
    ok: Array


def ordered_probit(codes: Array, categories: int, covariates: Array, weights: Array) -> Probit:
    """Maximum-likelihood ordered probit regression, P(y ≤ t | x) = Φ(τ_t - xβ), by Newton's method.

    Parameters
    ----------
    codes : int array [n], 0 ... C-1, and -1 for cases that do not count.
    categories : C = T + 1.
    covariates : array [n, k], about standardized; k may be zero.
    weights : array [..., n], zero for cases that do not count.

    References
    ----------
    McKelvey & Zavoina (1975), https://doi.org/10.1080/0022250X.1975.9989847

    Notes
    -----
    In R: ``MASS::polr(y ~ x, method = "probit")``.

    Examples
    --------
    >>> fit = ordered_probit(np.array([0, 1, 0, 1]), 2, np.zeros((4, 0)), np.ones(4))
    >>> fit.theta.tolist(), bool(fit.ok)
    ([0.0], True)
    """
    upper_design, lower_design = limit_designs(codes, categories, covariates)
    batch = weights.shape[:-1]
    flat = weights.reshape(-1, weights.shape[-1])
    theta, ok = _start(codes, categories, covariates.shape[1], flat)
    if covariates.shape[1]:
        _climb(theta, ok, codes, categories, (upper_design, lower_design), flat)
        ok &= ~_separations(theta, ok, (upper_design, lower_design), flat)
    theta[~ok] = np.nan
    lower, upper = residual_limits(theta, codes, categories, upper_design, lower_design)
    information = _derivatives(theta, codes, categories, (upper_design, lower_design), flat)[2]
    theta, lower, upper = (part.reshape(*batch, -1) for part in (theta, lower, upper))
    square = (*batch, *information.shape[1:])
    return Probit(theta, lower, upper, information.reshape(square), ok.reshape(batch))


def limit_designs(codes: Array, categories: int, covariates: Array) -> tuple[Array, Array]:
    """Derivatives [T+k, n] of each case's upper and lower limit by thresholds and slopes.

    Examples
    --------
    >>> [part.tolist() for part in limit_designs(np.array([0, 1]), 2, np.zeros((2, 0)))]
    [[[1.0, 0.0]], [[0.0, 1.0]]]
    """
    cuts = np.arange(categories - 1)[:, None]
    upper = np.concatenate([(codes == cuts).astype(float), -covariates.T])
    lower = np.concatenate([(codes == cuts + 1).astype(float), -covariates.T])
    upper[categories - 1 :, codes == categories - 1] = 0.0
    lower[categories - 1 :, codes == 0] = 0.0
    upper[:, codes < 0] = lower[:, codes < 0] = 0.0
    return upper, lower


def residual_limits(
    theta: Array, codes: Array, categories: int, upper_design: Array, lower_design: Array
) -> tuple[Array, Array]:
    """Limits [..., n] of each case's residual; infinite ones (and all of cases that do not count) are ±38.5.

    Examples
    --------
    >>> codes = np.array([0, 1])
    >>> [part.tolist() for part in residual_limits(np.zeros(1), codes, 2, *limit_designs(codes, 2, np.zeros((2, 0))))]
    [[-38.5, 0.0], [0.0, 38.5]]
    """
    upper = np.where((codes < 0) | (codes == categories - 1), FAR, theta @ upper_design)
    lower = np.where(codes <= 0, -FAR, theta @ lower_design)
    return np.clip(lower, -FAR, FAR), np.clip(upper, -FAR, FAR)


def limit_scores(lower: Array, upper: Array) -> tuple[Array, Array, Array]:
    """Probability between the limits, and the derivatives of its logarithm by the upper and the lower one.

    Examples
    --------
    >>> [float(part.round(6)) for part in limit_scores(np.array(0.0), np.array(38.5))]
    [0.5, 0.0, -0.797885]
    """
    probability = interval_probability(lower, upper)
    scale = 1.0 / (np.sqrt(TWO_PI) * probability)
    return probability, np.exp(-0.5 * upper**2) * scale, -np.exp(-0.5 * lower**2) * scale


def interval_probability(lower: Array, upper: Array) -> Array:
    """Φ(b) - Φ(a), from the nearer tail, and at least 1e-300.

    Examples
    --------
    >>> float(interval_probability(np.array(9.0), np.array(9.1))) > 0
    True
    """
    turn = lower > 0
    difference = ndtr(np.where(turn, -lower, upper)) - ndtr(np.where(turn, -upper, lower))
    return np.maximum(difference, LEAST)


def _start(codes: Array, categories: int, slopes: int, weights: Array) -> tuple[Array, Array]:
    shown = (codes[:, None] == np.arange(categories)).astype(float)
    counts = weights @ shown
    total = counts.sum(-1, keepdims=True)
    ok = (counts > 0).all(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cuts = ndtri(np.cumsum(counts, -1)[:, :-1] / total)
    return np.concatenate([np.where(ok[:, None], cuts, 0.0), np.zeros((len(cuts), slopes))], -1), ok


def _climb(
    theta: Array, ok: Array, codes: Array, categories: int, designs: tuple[Array, Array], weights: Array
) -> None:
    """Newton steps, halved until they climb; the likelihood is concave (Burridge 1981). Changes theta and ok."""
    rows = np.flatnonzero(ok)
    ok[:] = False
    value, step = np.full(len(theta), -np.inf), np.zeros_like(theta)
    anchor = theta.copy()
    for _ in range(STEPS):
        if not len(rows):
            return
        now, slope, information = _derivatives(theta[rows], codes, categories, designs, weights[rows])
        ordered = (np.diff(theta[rows, : categories - 1], axis=-1) > 0).all(-1)
        fell = ~(now >= value[rows] - 1e-10 * np.abs(value[rows])) | ~ordered
        _, definite = cholesky_flag(information)
        solved = np.linalg.solve(
            np.where(definite[:, None, None], information, np.eye(theta.shape[1])), slope[..., None]
        )[..., 0]
        length = np.sqrt(np.maximum((solved * slope).sum(-1), 0.0))
        value[rows] = np.where(fell, value[rows], now)
        anchor[rows] = np.where(fell[:, None], anchor[rows], theta[rows])
        target = np.where(fell[:, None], 0.5 * (theta[rows] + anchor[rows]), theta[rows] + solved)
        done = ~fell & definite & (length < SMALL * np.sqrt(np.maximum(weights[rows].sum(-1), 1.0)))
        step[rows], theta[rows] = target - theta[rows], target
        ok[rows] = done
        lost = np.abs(target[:, categories - 1 :]).max(-1) > SEPARATED
        rows = rows[~(done | lost)]


def _separations(theta: Array, ok: Array, designs: tuple[Array, Array], weights: Array) -> Array:
    """Which converged elements [.] stopped on their way to infinity: where one case is far off, it is looked into."""
    up, down = designs
    out = np.zeros(len(theta), dtype=bool)
    with np.errstate(invalid="ignore"):
        distance = np.maximum(np.abs(theta @ up), np.abs(theta @ down))
    for i in np.flatnonzero(ok & ((distance > DISTANT) & (weights > 0)).any(-1)):
        counted = weights[i] > 0
        out[i] = separated(up[:, counted], down[:, counted])
    return out


def _derivatives(
    theta: Array, codes: Array, categories: int, designs: tuple[Array, Array], weights: Array
) -> tuple[Array, Array, Array]:
    """Log-likelihood, its gradient [., q] and minus its second derivatives [., q, q]."""
    up, down = designs
    lower, upper = residual_limits(theta, codes, categories, up, down)
    probability, by_upper, by_lower = limit_scores(lower, upper)
    slope = (weights * by_upper) @ up.T + (weights * by_lower) @ down.T
    information = _outer(weights * by_upper * (upper + by_upper), up, up)
    information += _outer(weights * by_lower * (lower + by_lower), down, down)
    mixed = _outer(weights * by_upper * by_lower, up, down)
    return (weights * np.log(probability)).sum(-1), slope, information + mixed + mixed.swapaxes(-1, -2)


def _outer(mass: Array, left: Array, right: Array) -> Array:
    return np.matmul(left * mass[:, None, :], right.T)
