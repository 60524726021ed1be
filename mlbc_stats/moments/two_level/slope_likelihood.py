"""The normal likelihood of clusters whose coefficients differ, given the covariates within: value, slopes, information.

What a cluster of design s shows (see `Designs`) is normal with expectation D_s μ_B and the covariance matrix
Ω_s = D_s Σ_B D_sᵀ + I ⊗ Σ_W (z without a part within), μ_B and Σ_B those of its coefficients (M_j, z).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet, unvech
from mlbc_stats.moments.two_level.designs import Designs
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.moments.two_level.likelihood import Likely, moment_scores

Array = NDArray[Any]

NUMBERS = 4_000_000
"""Numbers that the derivatives of the matrices of some designs hold at a time, at most."""


@dataclass(frozen=True, slots=True)
class _Point:
    """What the likelihood is made of at some moments: Ω_s⁻¹, gaps D_s μ_B leaves, their second moments, Σ_W⁻¹.

    Arrays [..., S, k, k], [..., S, k], [..., S, k, k] and [..., p, p]; logdet [..., S], logdet_within [...], ok [...].
    """

    outer: Array
    gap: Array
    second: Array
    inner: Array
    logdet: Array
    logdet_within: Array
    ok: Array


def slope_likely(designs: Designs, sigma: Array, mu: Array, observed: bool) -> Likely:
    """−2 log L per row, given the covariates within, with its derivatives at the moments of both levels.

    Formula: Σ_s J_s [log|Ω_s| + tr(Ω_s⁻¹A_s)] + l log|Σ_W| + tr(Σ_W⁻¹SS_W), divided by N, with A_s the second moments
    of what clusters of design s show about their expectation, l the contrasts left and SS_W their cross products.

    Parameters
    ----------
    sigma, mu : arrays [..., P, P] and [..., P], laid out by ``designs.layout``.
    observed : whether `pairing` gives half the second derivatives, else their expectation.

    References
    ----------
    Laird & Ware (1982), doi:10.2307/2529876; Raudenbush & Bryk (2002), Hierarchical linear models, chapter 14.
    """
    at, total = _point(designs, sigma, mu), designs.n_rows
    share, spare = designs.counts / total[..., None], designs.spare / total
    scatter = designs.within / total[..., None, None]
    with np.errstate(invalid="ignore"):
        terms = at.logdet + np.sum(at.outer * at.second, axis=(-2, -1))
        value = np.sum(share * terms, axis=-1) + spare * at.logdet_within
        value = value + np.sum(at.inner * scatter, axis=(-2, -1))
    slope, pull = at.outer - at.outer @ at.second @ at.outer, (at.outer @ at.gap[..., None])[..., 0]
    contrasts = spare[..., None, None] * at.inner - at.inner @ scatter @ at.inner
    by_within = np.einsum("...s,...sij->...ij", share, _own(designs, slope)) + contrasts
    by_between = np.einsum("...s,...sij->...ij", share, designs.map.mT @ slope @ designs.map)
    by_mean = -2.0 * np.einsum("...s,...sj->...j", share, (designs.map.mT @ pull[..., None])[..., 0])
    joined = designs.layout.join(by_within, by_between, by_mean)

    def pairing(delta: Array) -> Array:
        least = np.where(spare > 0, spare, 1.0)[..., None, None]
        first, second = (at.inner, at.outer), (contrasts / least, slope)
        if observed:
            changed = tuple(v - 2 * q for v, q in zip(first, second, strict=True))
            return _paired(designs, (spare, share), first, changed, pull, delta)
        return _paired(designs, (spare, share), first, first, None, delta)

    return Likely(np.where(at.ok, value, np.inf), *joined, at.ok, pairing)


def slope_scores(designs: Designs, sigma: Array, mu: Array) -> Array:
    """Derivatives of each cluster's log-likelihood by (μ, vech Σ), array [J, P + P(P+1)/2].

    References
    ----------
    White (1982), doi:10.2307/1912526.
    """
    at, of = _point(designs, sigma, mu), designs.design_of
    _, _, mean = designs.layout.cut(sigma, mu)
    gap = designs.shown - (designs.map @ mean)[of]
    outer, back = at.outer[of], designs.map.mT[of]
    pull = np.einsum("jab,jb->ja", outer, gap)
    slope = outer - pull[:, :, None] * pull[:, None, :]
    by_within = _own_of(designs.layout, slope, designs.told[of])
    by_within += designs.left[:, None, None] * at.inner - at.inner @ designs.scatter @ at.inner
    by_mean = -2.0 * np.einsum("jab,jb->ja", back, pull)
    return moment_scores(*designs.layout.join(by_within, back @ slope @ back.mT, by_mean))


def expected_coefficients(designs: Designs, sigma: Array, mu: Array) -> Array:
    """D_jᵀ Ω_j⁻¹ d_j of every cluster, [J, k], d_j what it shows less its expectation.

    Times the covariances of any variables with (M, z) they are what the expectations of these, given all that a
    cluster answered, differ by from their means (empirical Bayes).
    """
    at, of = _point(designs, sigma, mu), designs.design_of
    _, _, mean = designs.layout.cut(sigma, mu)
    gap = designs.shown - (designs.map @ mean)[of]
    return np.einsum("jba,jbc,jc->ja", designs.map[of], at.outer[of], gap)


def _point(designs: Designs, sigma: Array, mu: Array) -> _Point:
    layout = designs.layout
    within, between, mean = layout.cut(sigma, mu)
    omega = designs.map @ between[..., None, :, :] @ designs.map.mT
    omega = omega + _spread(layout, within[..., None, :, :], designs.told)
    lacking = np.repeat(1.0 - designs.told, layout.n_within, axis=-1)
    at = np.arange(lacking.shape[-1])
    omega[..., at, at] += lacking
    outer, logdet, ok = spd_inverse_logdet((omega + omega.mT) / 2)
    inner, logdet_within, ok_within = spd_inverse_logdet(within)
    gap = designs.mean - (designs.map @ mean[..., None, :, None])[..., 0]
    second = designs.cov + gap[..., :, None] * gap[..., None, :]
    return _Point(outer, gap, second, inner, logdet, logdet_within, ok_within & ok.all(axis=-1))


def _spread(layout: Layout, within: Array, told: Array) -> Array:
    """I ⊗ Σ_W [..., k, k] over the rows that are told [..., c], zero for z; Σ_W [..., p, p]."""
    p, k, c = layout.n_within, layout.n_shown, told.shape[-1]
    batch = np.broadcast_shapes(within.shape[:-2], told.shape[:-1])
    out = np.zeros((*batch, k, k))
    for row in range(c):
        block = slice(row * p, (row + 1) * p)
        out[..., block, block] = told[..., row, None, None] * within
    return out


def _own(designs: Designs, slope: Array) -> Array:
    return _own_of(designs.layout, slope, designs.told)


def _own_of(layout: Layout, slope: Array, told: Array) -> Array:
    """Slopes by Σ_W [..., p, p] from those by Ω [..., k, k]: the sum of the blocks that are told."""
    p, c = layout.n_within, told.shape[-1]
    held = slope[..., : c * p, : c * p].reshape(*slope.shape[:-2], c, p, c, p)
    return np.asarray(np.einsum("...cicj,...c->...ij", held, told))


def _paired(
    designs: Designs,
    shares: tuple[Array, Array],
    first: tuple[Array, ...],
    second: tuple[Array, ...],
    pull: Array | None,
    delta: Array,
) -> Array:
    """ΔᵀHΔ [..., q, q] of Δ [..., P + P(P+1)/2, q]: of the contrasts, then of some designs at a time.

    Parameters
    ----------
    shares : of contrasts [...] and of designs [..., S].
    first, second : V and U of ½ tr(V dΩ U dΩ), by Σ_W and by Ω_s: U is V − 2Q, or V for the expectation.
    pull : array [..., S, k], Ω_s⁻¹ times the gaps; None for the expectation.
    """
    layout = designs.layout
    p, size = layout.n_moments, delta.shape[-1] * layout.n_shown**2
    within, between, mean = layout.cut(unvech(delta[..., p:, :].mT), delta[..., :p, :].mT)
    out = shares[0][..., None, None] * _traces(within, first[0], second[0])
    within, between, mean = (each[..., None, :, :, :] for each in (within, between, mean[..., None]))
    for part in _parts(len(designs.map), size * int(np.prod(delta.shape[:-2], dtype=int))):
        maps, weight = designs.map[part, None], first[1][..., part, :, :]
        moved = maps @ between @ maps.mT + _spread(layout, within, designs.told[part, None])
        along = (maps @ mean)[..., 0]
        found = _traces(moved, weight, second[1][..., part, :, :]) + along @ weight @ along.mT
        if pull is not None:
            bent = (moved @ pull[..., part, None, :, None])[..., 0]
            mixed = along @ weight @ bent.mT
            found = found + mixed + mixed.mT
        out = out + np.einsum("...s,...sab->...ab", shares[1][..., part], found)
    return np.asarray(out)


def _traces(moved: Array, first: Array, second: Array) -> Array:
    """½ tr(V dΩ_a U dΩ_b) [..., q, q] of dΩ [..., q, k, k]."""
    left = (first[..., None, :, :] @ moved).reshape(*moved.shape[:-2], -1)
    right = (second[..., None, :, :] @ moved).mT.reshape(*moved.shape[:-2], -1)
    return np.asarray(0.5 * (left @ right.mT))


def _parts(several: int, numbers: int) -> Iterator[slice]:
    """Slices of the designs, whose matrices hold so many numbers each."""
    step = max(1, NUMBERS // max(1, numbers))
    yield from (slice(start, start + step) for start in range(0, several, step))
