"""The means and covariances of both levels that maximize the likelihood when nothing restricts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet, vech_indices
from mlbc_stats.moments.two_level.clusters import Clusters
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely

Array = NDArray[Any]
Moments = tuple[Array, Array]
"""Σ [P, P] and μ [P] of both levels."""

Evaluate = Callable[[Array, Array, bool], Likely]

TOLERANCE = 1e-15
"""Newton decrement, relative to 1 + |F|, at which the search ends."""

NEWTON_FROM = 1e-2
"""Newton decrement below which the exact second derivatives take over from their expectation."""

SHARE = 0.05
"""Smallest variance between clusters, in units of that within, and smallest eigenvalue of the correlations."""

STEPS, HALVINGS = 80, 30


@dataclass(frozen=True, slots=True, eq=False)
class Unrestricted:
    """Where the unrestricted likelihood is largest.

    Attributes
    ----------
    sigma, mu : arrays [P, P] and [P]; the means of variables with parts at both levels stand between, with zero within.
    value : −2 log L per row without its constant.
    converged : whether the search ended at a maximum.
    definite : whether Σ_B is positive definite there; with little variance between clusters the maximum may lie outside
        of the covariance matrices.
    """

    sigma: Array
    mu: Array
    value: float
    converged: bool
    definite: bool


def unrestricted_moments(evaluate: Evaluate, layout: Layout, start: Moments) -> Unrestricted:
    """Maximize by scoring, then Newton steps, from Σ [P, P] and μ [P].

    Σ_B is not held to be a covariance matrix, so that models with negative variances are restrictions of it; with few
    clusters, or little variance between them, the likelihood then may have no maximum.

    Unlike expectation–maximization, which ends where its steps get small, this ends where the gradient vanishes.

    Parameters
    ----------
    evaluate : −2 log L per row at (Σ, μ), with its second derivatives where asked for.
    """
    places = free_moments(layout)
    point = _vector(*start)
    got, newton = evaluate(*start, False), False
    for _ in range(STEPS):
        step, decrement = _step(got, places, layout)
        if newton and not np.isfinite(
            decrement
        ):  # no maximum near: back to the expectation, which is definite
            got = evaluate(*_matrices(point, layout.n_moments), False)
            step, decrement = _step(got, places, layout)
        if decrement < TOLERANCE * (1 + abs(float(got.value))) or not np.isfinite(decrement):
            break
        newton = decrement < NEWTON_FROM
        reached = _walk(evaluate, point, places, step, float(got.value), newton)
        if reached is None:
            break
        point, got = reached
    sigma, mu = _matrices(point, layout.n_moments)
    decrement = _step(got, places, layout)[1]
    w = layout.n_within
    return Unrestricted(
        sigma,
        mu,
        float(got.value),
        bool(decrement < 1e-9 * (1 + abs(float(got.value)))),
        bool(cholesky_flag(sigma[w:, w:])[1]),
    )


def first_moments(clusters: Clusters) -> Moments:
    """Where the search starts: variances within from the contrasts, between from what clusters show beyond them."""
    layout = clusters.layout
    w, k, p = layout.n_within, layout.n_shown, layout.n_moments
    share = clusters.counts / clusters.counts.sum()
    mean = share @ clusters.mean
    gap = clusters.mean - mean
    total = np.einsum("s,sij->ij", share, clusters.cov + gap[:, :, None] * gap[:, None, :])
    within = clusters.within / clusters.spare
    between = total.copy()
    between[:w, :w] -= within * float(share @ (1 / clusters.sizes))
    kept = (
        between if cholesky_flag(between)[1] else np.diag(np.maximum(np.diag(between), 0.1 * np.diag(total)))
    )
    sigma, mu = np.zeros((p, p)), np.zeros(p)
    sigma[:w, :w] = within
    sigma[w:, w:] = kept[layout.rows[:, None], layout.rows]
    mu[w:] = mean[layout.rows]
    alone = ~np.isin(np.arange(min(w, k)), layout.rows)
    mu[:w][alone] = mean[:w][alone]
    return sigma, mu


def definite_between(sigma: Array, layout: Layout) -> Array:
    """Σ [P, P] with a positive definite Σ_B: variances of some share of those within at least, correlations shrunk.

    Examples
    --------
    >>> from mlbc_stats.moments.two_level.layout import layout_of
    >>> definite_between(np.diag([1.0, -0.5]), layout_of(["y"], ["y"])).diagonal().round(3).tolist()
    [1.0, 0.05]
    """
    w = layout.n_within
    variance = np.diag(sigma)
    like = np.array([variance[row] if row < w else np.inf for row in layout.rows])
    own = np.where(np.isfinite(like), np.maximum(variance[w:], SHARE * like), variance[w:])
    size = np.sqrt(own)
    scaled = sigma[w:, w:] / np.outer(size, size)
    np.fill_diagonal(scaled, 1.0)
    lowest = float(np.linalg.eigvalsh(scaled)[0])
    shrink = 1.0 if lowest > SHARE else (1 - SHARE) / (1 - lowest)
    out = sigma.copy()
    out[w:, w:] = np.outer(size, size) * np.where(np.eye(len(size)) > 0, 1.0, shrink * scaled)
    return out


def free_moments(layout: Layout) -> Array:
    """Places in (μ, vech Σ) of the moments that exist: no mean within of what has one between, nothing across."""
    w, p = layout.n_within, layout.n_moments
    i, j = vech_indices(p)
    means = np.concatenate([~np.isin(np.arange(w), layout.rows), np.ones(p - w, dtype=bool)])
    return np.flatnonzero(np.concatenate([means, (i < w) == (j < w)]))


def _step(got: Likely, places: Array, layout: Layout) -> tuple[Array, float]:
    """−½ H⁻¹ dF over the free moments, and the decrement it promises (infinite where H is not positive definite)."""
    p = layout.n_moments
    i, j = vech_indices(p)
    slope = np.concatenate([got.mean_slope, got.slope[i, j] * np.where(i == j, 1.0, 2.0)])[places]
    unit = np.zeros((p + len(i), len(places)))
    unit[places, np.arange(len(places))] = 1.0
    information = got.pairing(unit)
    size = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    inverse, _, ok = spd_inverse_logdet(information / np.outer(size, size))
    if not ok:
        return np.zeros(len(places)), np.inf
    step = -0.5 * (inverse @ (slope / size)) / size
    return step, float(-step @ slope)


def _walk(
    evaluate: Evaluate, point: Array, places: Array, step: Array, value: float, newton: bool
) -> tuple[Array, Likely] | None:
    """The step, halved until the value no longer rises; None where it always does."""
    p = int((np.sqrt(9 + 8 * len(point)) - 3) / 2 + 0.5)
    for halving in range(HALVINGS):
        trial = point.copy()
        trial[places] += step / 2**halving
        got = evaluate(*_matrices(trial, p), newton)
        if got.value <= value + 1e-12 * (1 + abs(value)):
            return trial, got
    return None


def _vector(sigma: Array, mu: Array) -> Array:
    i, j = vech_indices(len(mu))
    return np.concatenate([mu, sigma[i, j]])


def _matrices(point: Array, p: int) -> tuple[Array, Array]:
    i, j = vech_indices(p)
    sigma = np.empty((p, p))
    sigma[i, j] = sigma[j, i] = point[p:]
    return sigma, point[:p]
