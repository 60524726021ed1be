"""Factor scores from ordinal answers: the mode of what is known about the factors of each case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import spd_inverse_logdet, symmetrize
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ordinal_engine import OrdinalEngine
from mlbc_stats.sem.implied.ram import Implied, Ram

TOLERANCE = 1e-10
"""Newton decrement of the log posterior at which a case has its mode."""

FLAT = 1e-3
"""Information below which a likelihood counts as without a mode: the error would exceed 30 units of the factor."""

LEAST_RESIDUAL = 1e-8
"""Residual variance of an answer, of a total near one, that counts as none."""
FAR = 1e6
"""Units of a factor that no step goes."""

MAX_STEPS = 100
HALVINGS = 20


@dataclass(frozen=True, slots=True)
class Answering:
    """How the responses y* follow from the factors: y* = ν + Lη + ε, ε independent with variances ψ.

    Attributes
    ----------
    slopes : (r, m) L; residual : (r,) ψ.
    lower, upper : (n, r) bounds of each answer's y* less ν, infinite at the ends; the value itself twice where
        continuous; NaN where missing.
    ordinal : (r,) which responses are ordinal.
    mean : (n, m) of the factors before the answers; precision : (m, m) inverse of their covariance, zero for maximum
        likelihood.
    """

    slopes: Floats
    residual: Floats
    lower: Floats
    upper: Floats
    ordinal: Floats
    mean: Floats
    precision: Floats


def modal_scores(
    ram: Ram, implied: Implied, theta: Floats, found: OrdinalMoments, x: Floats, prior: bool = True
) -> Floats:
    """Scores (n, m): the mode of the posterior density (empirical Bayes modal), or of the likelihood without `prior`.

    Formula: argmax_η −½(η−μ_i)ᵀΦ⁻¹(η−μ_i) + Σ_j log P(y_ij | η), P from the normal residual of y*_j, given the
    covariates; residual covariances are left aside. The function is concave: Newton steps with halving, all cases at
    once. NaN where a likelihood has no mode (only extreme answers).

    Raises
    ------
    ModelError
        a residual variance is not positive, so that the answers have no probabilities.

    References
    ----------
    Muthén (1984), doi:10.1007/BF02294210; Skrondal & Rabe-Hesketh (2004), Generalized Latent Variable Modeling, 7.
    """
    answering = _answering(ram, implied, theta, found, x, prior)
    improper = np.flatnonzero(~(answering.residual > LEAST_RESIDUAL))
    if len(improper):
        shown = ", ".join(f"{found.names[j]} ({answering.residual[j]:.3g})" for j in improper)
        raise ModelError(
            f"factor scores need positive residual variances, but found {shown}; revise the model"
        )
    return _modes(answering)


def _answering(
    ram: Ram, implied: Implied, theta: Floats, found: OrdinalMoments, x: Floats, prior: bool
) -> Answering:
    engine = ram.engine
    if not isinstance(engine, OrdinalEngine) or implied.tau is None:
        raise ValueError("no thresholds; this is a fault of the package")
    part = engine.categories
    p, y, z = ram.n_observed, part.responses, part.covariates
    joint = implied.inverse @ implied.disturbance @ implied.inverse.T
    factors = joint[p:, p:]
    slopes = joint[y, p:] @ np.linalg.pinv(factors)
    residual = np.diag(joint)[y] - np.sum(slopes * joint[y, p:], axis=1)
    _, _, m = matrices(ram, theta)
    m = m.copy()
    m[z] = 0.0
    start = implied.inverse @ m
    reach = implied.inverse[:, z]
    centre = start + x[:, z] @ reach.T if len(z) else np.broadcast_to(start, (len(x), len(start)))
    offset = centre[:, y] - centre[:, p:] @ slopes.T
    lower, upper = _bounds(part.item, implied.tau, found, x[:, y])
    precision = np.linalg.pinv(factors) if prior else np.zeros_like(factors)
    return Answering(
        slopes, residual, lower - offset, upper - offset, found.ordinal, centre[:, p:], symmetrize(precision)
    )


def _bounds(item: Floats, tau: Floats, found: OrdinalMoments, answers: Floats) -> tuple[Floats, Floats]:
    """Interval (n, r) of y* that each answer stands for."""
    lower, upper = answers.copy(), answers.copy()
    for j, levels in enumerate(found.levels):
        if levels is None:
            continue
        edges = np.concatenate([[-np.inf], tau[item == j], [np.inf]])
        seen = ~np.isnan(answers[:, j])
        place = np.searchsorted(levels, answers[seen, j])
        lower[seen, j], upper[seen, j] = edges[place], edges[place + 1]
    return lower, upper


def _modes(answering: Answering) -> Floats:
    eta = answering.mean.copy()
    value, slope, curve = _log_posterior(answering, eta, np.arange(len(eta)))
    active = np.arange(len(eta))
    solved = np.zeros(len(eta), dtype=bool)
    for _ in range(MAX_STEPS):
        step = _newton_step(slope, curve)
        solved[active] = np.sum(step * slope, axis=1) < TOLERANCE
        go = ~solved[active]
        if not go.any():
            break
        active, step, value, slope, curve = active[go], step[go], value[go], slope[go], curve[go]
        moved, value, slope, curve = _climb(answering, eta[active], step, value, active)
        eta[active] = moved
    _, _, curve = _log_posterior(answering, eta, np.arange(len(eta)))
    solved &= np.linalg.eigvalsh(curve)[:, 0] > FLAT
    return np.where(solved[:, None], eta, np.nan)


def _newton_step(slope: Floats, curve: Floats) -> Floats:
    """Steps (n, m), zero where answers tell nothing of some direction, or so little that its mode is nowhere near."""
    with np.errstate(over="ignore", invalid="ignore"):
        inverse, _, curved = spd_inverse_logdet(curve)
        step = (inverse @ slope[..., None])[..., 0]
    near = curved & (np.abs(step).max(axis=1, initial=0.0) < FAR)  # NaN is not near
    return np.where(near[:, None], step, 0.0)


def _climb(
    answering: Answering, eta: Floats, step: Floats, value: Floats, active: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Take the step, halved for the cases whose log posterior would fall."""
    scale = np.ones(len(eta))
    for _ in range(HALVINGS):
        moved = eta + scale[:, None] * step
        new, slope, curve = _log_posterior(answering, moved, active)
        low = ~(new >= value - 1e-12 * (1 + np.abs(value)))
        if not low.any():
            break
        scale[low] /= 2
    return moved, new, slope, curve


def _log_posterior(answering: Answering, eta: Floats, rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Value (n,), gradient (n, m) and negative Hessian (n, m, m) at eta (n, m) of some of the cases."""
    lower, upper = answering.lower[rows], answering.upper[rows]
    seen = ~np.isnan(lower)
    sd = np.sqrt(answering.residual)
    fitted = eta @ answering.slopes.T
    low, high = (lower - fitted) / sd, (upper - fitted) / sd
    log_p, first, second = _interval(low, high)
    gap = np.where(answering.ordinal, 0.0, low)
    log_p = np.where(answering.ordinal, log_p, -0.5 * gap**2)
    first = np.where(answering.ordinal, first, gap)
    second = np.where(answering.ordinal, second, 1.0)
    log_p, first, second = (np.where(seen, each, 0.0) for each in (log_p, first, second))
    away = eta - answering.mean[rows]
    pulled = away @ answering.precision
    value = log_p.sum(axis=1) - 0.5 * np.sum(away * pulled, axis=1)
    slope = (first / sd) @ answering.slopes - pulled
    weighed = answering.slopes.T[None] * (second / sd**2)[:, None, :]
    return value, slope, weighed @ answering.slopes + answering.precision


def _interval(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """log P(low < z < high) with its derivative along a shift of z, and minus the second one."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        flip = low > 0
        a, b = np.where(flip, -high, low), np.where(flip, -low, high)
        log_b = log_ndtr(b)
        share = np.exp(np.where(np.isneginf(a), -np.inf, log_ndtr(a)) - log_b)
        log_p = log_b + np.log1p(-np.minimum(share, 1 - 1e-16))
        density_low = np.exp(-0.5 * low**2 - log_p) / np.sqrt(2 * np.pi)
        density_high = np.exp(-0.5 * high**2 - log_p) / np.sqrt(2 * np.pi)
        first = density_low - density_high
        ends = np.where(np.isfinite(low), low * density_low, 0.0) - np.where(
            np.isfinite(high), high * density_high, 0.0
        )
    return log_p, first, first**2 - ends
