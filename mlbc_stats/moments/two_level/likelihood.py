"""The two-level normal likelihood of complete clusters: its value, its slopes, its information, its scores.

A row of cluster j is y = v_j + u, u ~ N(μ_W, Σ_W), v_j ~ N(μ_B, Σ_B). The n_j − 1 contrasts of a cluster tell of Σ_W
alone; its mean, with the variables z that only clusters have, is normal with the covariance matrix
Ω_n = Σ_B + Σ_W/n (z without a part within). So clusters of one size share all matrices (McDonald & Goldstein).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet, unvech, vech_indices
from mlbc_stats.moments.incomplete.fiml import Part
from mlbc_stats.moments.incomplete.information import moment_information
from mlbc_stats.moments.two_level.clusters import Clusters
from mlbc_stats.moments.two_level.layout import Layout

Array = NDArray[Any]
Pairing = Callable[[Array], Array]
"""From Δ [..., m, q], slopes of (μ, vech Σ), to the unit information ΔᵀHΔ [..., q, q]."""


@dataclass(frozen=True, slots=True)
class Likely:
    """−2 log L of clustered rows at some moments, without its constant, per row.

    Attributes
    ----------
    value : array [...]; plus infinity where not `ok`.
    slope : array [..., P, P], symmetric, so that the derivative is tr(slope dΣ); mean_slope : array [..., P].
    ok : bool array [...], whether Σ_W and every Ω_n are positive definite.
    pairing : the information of the moments, pulled back to any parameters.
    """

    value: Array
    slope: Array
    mean_slope: Array
    ok: Array
    pairing: Pairing


@dataclass(frozen=True, slots=True)
class _Parts:
    """Matrices at some moments: W = Σ_W⁻¹, V = Ω_n⁻¹, the gaps to the means and their second moments A, Q = V − VAV."""

    inner: Array
    scatter: Array
    outer: Array
    slope: Array
    pull: Array


def likely(clusters: Clusters, sigma: Array, mu: Array, observed: bool) -> Likely:
    """−2 log L with its derivatives at moments of both levels.

    Formula: Σ_s J_s [log|Ω_s| + tr(Ω_s⁻¹A_s) + p_w log n_s] + (N − J) log|Σ_W| + tr(Σ_W⁻¹SS_W), divided by N, with A_s
    the second moments of what clusters of size n_s show about their expectation.

    Parameters
    ----------
    sigma, mu : arrays [..., P, P] and [..., P], laid out by `Layout`.
    observed : whether `pairing` gives half the second derivatives, else their expectation.

    References
    ----------
    McDonald & Goldstein (1989), doi:10.1111/j.2044-8317.1989.tb00911.x; Rosseel (2021), doi:10.3390/psych3020017.
    """
    layout, total = clusters.layout, clusters.n_rows[..., None]
    within, between, mean = layout.cut(sigma, mu)
    w, sizes = layout.n_within, clusters.sizes
    omega = np.repeat(between[..., None, :, :], len(sizes), axis=-3)
    omega[..., :w, :w] += within[..., None, :, :] / sizes[:, None, None]
    outer, logdet, ok = spd_inverse_logdet(omega)
    inner, logdet_within, ok_within = spd_inverse_logdet(within)
    gap = clusters.mean - mean[..., None, :]
    second = clusters.cov + gap[..., :, None] * gap[..., None, :]
    weighted = outer @ second
    share, spare = clusters.counts / total, clusters.spare / total[..., 0]
    scatter = clusters.within / total[..., None]
    fine = ok_within & ok.all(axis=-1)
    with np.errstate(invalid="ignore"):
        terms = logdet + np.einsum("...ii->...", weighted) + w * np.log(sizes)
        value = np.sum(share * terms, axis=-1) + spare * logdet_within
        value = value + np.sum(inner * scatter, axis=(-2, -1))
    parts = _Parts(
        inner,
        inner @ scatter @ inner,
        outer,
        outer - weighted @ outer,
        (outer @ gap[..., None])[..., 0],
    )
    by_between = np.einsum("...s,...sij->...ij", share, parts.slope)
    by_within = np.einsum("...s,...sij->...ij", share / sizes, parts.slope)[..., :w, :w]
    by_within = by_within + spare[..., None, None] * inner - parts.scatter
    slope, mean_slope = layout.join(
        by_within, by_between, -2.0 * np.einsum("...s,...si->...i", share, parts.pull)
    )
    return Likely(
        np.where(fine, value, np.inf),
        slope,
        mean_slope,
        fine,
        lambda delta: _paired(clusters, parts, share, spare, delta, observed),
    )


def _paired(
    clusters: Clusters, parts: _Parts, share: Array, spare: Array, delta: Array, observed: bool
) -> Array:
    """ΔᵀHΔ from the information of what clusters show, and of the rows about their means."""
    by_size = [
        moment_information([_part(parts, share / clusters.sizes**power, observed)]) for power in range(3)
    ]
    slope = parts.inner - parts.scatter / spare[..., None, None]
    one = np.broadcast_to(spare[..., None], (*parts.inner.shape[:-2], 1))
    rows = Part(one, parts.inner[..., None, :, :], None, None)
    if observed:
        rows = rows._replace(slope=slope[..., None, :, :])
    w = clusters.layout.n_within
    return pull_back(clusters.layout, by_size, moment_information([rows])[..., w:, w:], delta)


def _part(parts: _Parts, share: Array, observed: bool) -> Part:
    share = np.broadcast_to(share, parts.outer.shape[:-2])
    if not observed:
        return Part(share, parts.outer, None, None)
    return Part(share, parts.outer, parts.slope, parts.pull)


def pull_back(layout: Layout, by_size: list[Array], contrasts: Array, delta: Array) -> Array:
    """ΔᵀHΔ [..., q, q] from the information of what clusters show, weighted by 1, 1/n and 1/n² of their sizes.

    Parameters
    ----------
    by_size : arrays [..., k + k(k+1)/2, same].
    contrasts : array [..., h, h] over vech Σ_W.
    delta : array [..., P + P(P+1)/2, q].
    """
    k, w, p = layout.n_shown, layout.n_within, layout.n_moments
    padded = np.concatenate([delta, np.zeros((*delta.shape[:-2], 1, delta.shape[-1]))], axis=-2)
    at_within, at_between = layout.pairs()
    means = np.zeros((*delta.shape[:-2], k, delta.shape[-1]))
    means[..., layout.rows, :] = delta[..., w:p, :]
    means[..., :w, :] += delta[..., :w, :]
    inside, between = padded[..., at_within, :], padded[..., at_between, :]
    plain, once, twice = by_size
    own = inside[..., _within_pairs(k, w), :]
    out = means.mT @ plain[..., :k, :k] @ means
    out += between.mT @ plain[..., k:, k:] @ between
    out += inside.mT @ twice[..., k:, k:] @ inside + own.mT @ contrasts @ own
    mixed = means.mT @ (plain[..., :k, k:] @ between + once[..., :k, k:] @ inside)
    mixed += between.mT @ once[..., k:, k:] @ inside
    return np.asarray(out + mixed + mixed.mT)


def _within_pairs(k: int, w: int) -> Array:
    """Places among the pairs of k variables of those of the first w, in the order of vech."""
    a, b = vech_indices(w)
    return unvech(np.arange(k * (k + 1) // 2))[a, b]


def cluster_scores(clusters: Clusters, sigma: Array, mu: Array) -> Array:
    """Derivatives of each cluster's log-likelihood by (μ, vech Σ), array [J, P + P(P+1)/2].

    They sum to zero at the maximum; their cross products are the meat of errors that hold for any distribution of
    independent clusters.

    References
    ----------
    White (1982), doi:10.2307/1912526.
    """
    layout, sizes = clusters.layout, clusters.sizes
    within, between, mean = layout.cut(sigma, mu)
    w = layout.n_within
    omega = np.repeat(between[None], len(sizes), axis=0)
    omega[:, :w, :w] += within / sizes[:, None, None]
    outer = spd_inverse_logdet(omega)[0][clusters.size_of]
    inner = spd_inverse_logdet(within)[0]
    pull = np.einsum("jab,jb->ja", outer, clusters.shown - mean)
    slope = outer - pull[:, :, None] * pull[:, None, :]
    size = sizes[clusters.size_of][:, None, None]
    by_within = slope[:, :w, :w] / size + (size - 1) * inner - inner @ clusters.scatter @ inner
    return moment_scores(*layout.join(by_within, slope, -2.0 * pull))


def moment_scores(slope: Array, mean_slope: Array) -> Array:
    """Derivatives [..., P + P(P+1)/2] of log L by (μ, vech Σ) from those of −2 log L by μ and the matrix Σ."""
    i, j = vech_indices(slope.shape[-1])
    return np.concatenate([-0.5 * mean_slope, slope[..., i, j] * np.where(i == j, -0.5, -1.0)], axis=-1)
