"""The two-level normal likelihood of incomplete rows: its value, its slopes, its scores, its information.

With W_i the inverse of Σ_W cut to what row i answers and M_j = Σ W_i over the rows of a cluster, the rows tell of their
cluster's v_j as one reading ȳ_j = M_j⁻¹ Σ W_i y_i with error covariance M_j⁻¹ would; so a cluster is again one normal
vector with the covariance matrix Ω_j = Σ_B + M_j⁻¹, beside what its rows say about Σ_W around ȳ_j.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet, vech_indices
from mlbc_stats.moments.incomplete.fiml import Part
from mlbc_stats.moments.incomplete.information import moment_information
from mlbc_stats.moments.two_level.cells import Cells
from mlbc_stats.moments.two_level.likelihood import Likely, moment_scores, pull_back

Array = NDArray[Any]

DIFFERENCE = 1e-4
"""Step of the differences behind the information, in units of a parameter's information; the error is its square."""

CHUNK = 4_000_000
"""Numbers of cluster matrices that one pass of differences may hold."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the rows say at some moments, with leading batch axes.

    Attributes
    ----------
    ok : [...]; value : [...] −2 log L without its constant.
    weight : [..., K, w, w] W of every pattern; outer : [..., J, k, k] Ω_j⁻¹, pull : [..., J, k] Ω_j⁻¹ times the gap.
    spread : [..., J, w, w] a a' + C, a the expectation of v_j given the data and C its covariance; at : [..., J, w] a.
    """

    ok: Array
    value: Array
    weight: Array
    outer: Array
    pull: Array
    spread: Array
    at: Array


def incomplete_likely(data: Cells, sigma: Array, mu: Array, observed: bool) -> Likely:
    """−2 log L per row with its derivatives at moments of both levels.

    The slopes are exact: those of the likelihood of rows and v_j, expected given the data. The second derivatives are
    central differences of the slopes along the directions asked for. Where not `observed`, the information is that of
    clusters whose rows are complete for what they answer: good enough for the steps of a search.

    References
    ----------
    Rosseel (2021), doi:10.3390/psych3020017; Louis (1982), doi:10.1111/j.2517-6161.1982.tb01203.x.
    """
    point, total = point_at(data, sigma, mu), data.n_rows
    slope, mean_slope = _slopes(data, point)

    def pairing(delta: Array) -> Array:
        rough = _rough(data, point, delta)
        return _differences(data, sigma, mu, delta, rough) if observed else rough

    value = np.where(point.ok, point.value / total, np.inf)
    return Likely(value, slope / total[..., None, None], mean_slope / total[..., None], point.ok, pairing)


def point_at(data: Cells, sigma: Array, mu: Array) -> Point:
    """What the rows say at Σ [..., P, P] and μ [..., P]."""
    layout, w = data.layout, data.layout.n_within
    within, between, mean = layout.cut(sigma, mu)
    pairs = data.observed[:, :, None] & data.observed[:, None, :]
    weight, logdet, ok = spd_inverse_logdet(np.where(pairs, within[..., None, :, :], np.eye(w)))
    weight = weight * pairs
    member = _member(data)
    load = (member @ weight.reshape(*weight.shape[:-2], w * w)).reshape(*weight.shape[:-3], -1, w, w)
    pulled = _pulled(data, weight)
    shown = data.answered[:, :w]
    both = shown[:, :, None] & shown[:, None, :]
    noise, logdet_load, ok_load = spd_inverse_logdet(np.where(both, load, np.eye(w)))
    noise = noise * both
    reading = np.einsum("...jab,...jb->...ja", noise, pulled)
    omega = np.repeat(between[..., None, :, :], len(data.z), axis=-3)
    omega[..., :w, :w] += noise
    every = data.answered[:, :, None] & data.answered[:, None, :]
    outer, logdet_outer, ok_outer = spd_inverse_logdet(np.where(every, omega, np.eye(layout.n_shown)))
    outer = outer * every
    centre = mean - data.centre
    z = np.broadcast_to(data.z, (*reading.shape[:-1], data.z.shape[1]))
    gap = np.where(data.answered, np.concatenate([reading, z], axis=-1) - centre[..., None, :], 0.0)
    pull = np.einsum("...jab,...jb->...ja", outer, gap)
    with np.errstate(invalid="ignore"):
        rows = np.einsum("...kab,...kab->...k", weight, _products(data))
        value = np.sum(_pattern_counts(data) * logdet + rows, axis=-1)
        own = logdet_load + logdet_outer + np.sum(gap * pull, -1) - np.sum(pulled * reading, -1)
        value = value + np.sum(data.weights * own, axis=-1)
    at = centre[..., None, :w] + np.einsum("...ab,...jb->...ja", between[..., :w, :], pull)
    reach = between[..., None, :w, :] @ outer
    spread = between[..., None, :w, :w] - reach @ between[..., None, :, :w]
    spread = spread + at[..., :, None] * at[..., None, :]
    fine = np.asarray(ok.all(axis=-1) & ok_load.all(axis=-1) & ok_outer.all(axis=-1))
    return Point(fine, value, weight, outer, pull, spread, at)


def _slopes(data: Cells, point: Point) -> tuple[Array, Array]:
    """Slopes of −2 log L by Σ [..., P, P] and by μ [..., P]."""
    w = data.layout.n_within
    weights = data.weights[..., None]
    outer = np.sum(weights[..., None] * _gaps(point), axis=-3)
    mean = -2.0 * np.sum(weights * point.pull, axis=-2)
    member = _member(data).T
    held = data.weights[..., None, None] * point.spread
    spread = (member @ held.reshape(*held.shape[:-2], w * w)).reshape(*held.shape[:-3], -1, w, w)
    crossed = _crossed(data, point.at)
    residual = _products(data) + spread - crossed - np.swapaxes(crossed, -1, -2)
    count = _pattern_counts(data)[..., None, None]
    within = np.sum(count * point.weight - point.weight @ residual @ point.weight, axis=-3)
    return data.layout.join(within, outer, mean)


def _gaps(point: Point) -> Array:
    """Ω_j⁻¹ − Ω_j⁻¹ d d' Ω_j⁻¹ of every cluster."""
    return point.outer - point.pull[..., :, None] * point.pull[..., None, :]


def incomplete_scores(data: Cells, sigma: Array, mu: Array) -> Array:
    """Derivatives of each cluster's log-likelihood by (μ, vech Σ), array [J, P + P(P+1)/2]."""
    point = point_at(data, sigma, mu)
    home, size = data.cell_cluster, data.counts[:, None, None]
    cross = data.sums[:, :, None] * point.at[home, None, :]
    residual = data.products + size * point.spread[home] - cross - np.swapaxes(cross, -1, -2)
    weight = point.weight[data.cell_pattern]
    within = np.zeros((len(data.z), *weight.shape[1:]))
    np.add.at(within, home, size * weight - weight @ residual @ weight)
    return moment_scores(*data.layout.join(within, _gaps(point), -2.0 * point.pull))


def _rough(data: Cells, point: Point, delta: Array) -> Array:
    """ΔᵀHΔ as if every cluster's reading had the error covariance Σ_W/n_j."""
    total, sizes = data.n_rows[..., None], data.cluster_sizes
    batch = point.outer.shape[:-2]
    by_size = [
        moment_information(
            [Part(np.broadcast_to(data.weights / total / sizes**power, batch), point.outer, None, None)]
        )
        for power in range(3)
    ]
    spare = np.maximum(1 - data.weights.sum(axis=-1, keepdims=True) / total, 0.1)
    share = np.broadcast_to(_pattern_counts(data) / total * spare, point.weight.shape[:-2])
    w = data.layout.n_within
    contrasts = moment_information([Part(share, point.weight, None, None)])[..., w:, w:]
    return pull_back(data.layout, by_size, contrasts, delta)


def _differences(data: Cells, sigma: Array, mu: Array, delta: Array, rough: Array) -> Array:
    """ΔᵀHΔ from differences of the slopes along every column of Δ [..., m, q]."""
    batch = np.broadcast_shapes(sigma.shape[:-2], delta.shape[:-2], data.weights.shape[:-1])
    out = np.empty((*batch, delta.shape[-1], delta.shape[-1]))
    size = np.sqrt(np.maximum(np.einsum("...qq->...q", rough), 1e-300))
    step = DIFFERENCE / size
    for place in np.ndindex(*batch):
        one = data if data.weights.ndim == 1 else data.take(place[0])
        here, centre, moves = (
            a[place] if a.ndim > core else a for a, core in ((sigma, 2), (mu, 1), (delta, 2))
        )
        out[place] = _along(one, here, centre, moves, step[place])
    return (out + np.swapaxes(out, -1, -2)) / 2


def _along(data: Cells, sigma: Array, mu: Array, delta: Array, step: Array) -> Array:
    """½ of the slopes' derivatives [q, q] along the columns of Δ [m, q], a few of them at a time."""
    p, q = len(mu), delta.shape[1]
    i, j = vech_indices(p)
    moves = np.zeros((q, p, p))
    moves[:, i, j] = moves[:, j, i] = (delta[p:] * step).T
    shifts = (delta[:p] * step).T
    several = max(1, CHUNK // (len(data.z) * data.layout.n_shown**2 * 4))
    out = np.empty((q, q))
    for first in range(0, q, several):
        part = slice(first, first + several)
        ends = [
            _scores_of(data, sigma + sign * moves[part], mu + sign * shifts[part]) for sign in (1.0, -1.0)
        ]
        out[part] = (ends[0] - ends[1]) @ delta / (4 * step[part, None])
    return out


def _scores_of(data: Cells, sigma: Array, mu: Array) -> Array:
    """Slopes of −2/N log L by (μ, vech Σ)."""
    slopes = _slopes(data, point_at(data, sigma, mu))
    return -2.0 * moment_scores(*slopes) / float(data.n_rows)


def _member(data: Cells) -> Array:
    """Rows [J, K] of every cluster with every pattern."""
    out = np.zeros((len(data.z), len(data.observed)))
    out[data.cell_cluster, data.cell_pattern] = data.counts
    return out


def _pattern_counts(data: Cells) -> Array:
    """Rows [..., K] of every pattern."""
    return np.asarray(data.weights @ _member(data))


def _pulled(data: Cells, weight: Array) -> Array:
    """Σ W_i y_i [..., J, w] of every cluster, pattern by pattern: a cluster has one cell of each."""
    out = np.zeros((*weight.shape[:-3], *data.answered[:, : weight.shape[-1]].shape))
    for k, own in enumerate(data.cells_of):
        out[..., data.cell_cluster[own], :] += data.sums[own] @ weight[..., k, :, :]
    return out


def _crossed(data: Cells, at: Array) -> Array:
    """Σ y_i a_j' [..., K, w, w] over the rows of every pattern, a_j of their clusters [..., J, w]."""
    w = at.shape[-1]
    out = np.empty((*np.broadcast_shapes(at.shape[:-2], data.weights.shape[:-1]), len(data.cells_of), w, w))
    for k, own in enumerate(data.cells_of):
        home = data.cell_cluster[own]
        held = data.weights[..., home, None] * data.sums[own]
        out[..., k, :, :] = np.swapaxes(held, -1, -2) @ at[..., home, :]
    return out


def _products(data: Cells) -> Array:
    """Cross products [..., K, w, w] of the rows of every pattern."""
    if data.pattern_products is not None:
        return data.pattern_products
    return np.stack(
        [
            np.tensordot(data.weights[..., data.cell_cluster[own]], data.products[own], axes=(-1, 0))
            for own in data.cells_of
        ],
        axis=-3,
    )
