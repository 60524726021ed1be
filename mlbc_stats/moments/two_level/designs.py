"""Rows of clusters whose coefficients differ, reduced to what the likelihood given the covariates depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.layout import Layout

Array = NDArray[Any]

RANK = 1e-12
"""Eigenvalue of the cross products of standardized covariates, per row, up to which a direction is none."""

DIGITS = 12
"""Digits by which designs of clusters count as the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """Sums over clusters with the same cross products of covariates: S designs, J clusters, p variables within.

    A row of cluster j is y = M_j x + u with x = (1, x₁, …, x_m) and u ~ N(0, Σ_W). With XᵀX = RᵀR the r rows of
    R⁻ᵀXᵀY have expectation R M_jᵀ, and are independent of the n_j − r contrasts left, which tell of Σ_W alone. What a
    cluster shows are these c = 1 + m rows of p numbers, then the variables z that only clusters have: k numbers.

    Attributes
    ----------
    layout : the p variables within; between them M (p(1 + m) numbers) and z.
    map : array [S, k, k], what the coefficients (M, z) are multiplied by.
    told : array [S, c], 1 for rows that a design has, 0 for those it lacks (fewer rows than covariates).
    counts : array [..., S], clusters of each design; mean : array [..., S, k]; cov : array [..., S, k, k] about it.
    spare : array [...], contrasts left in all; within : array [..., p, p], their cross products.
    n_rows : array [...].
    design_of : int array [J]; sizes : array [J], rows; left : array [J], contrasts; shown : array [J, k]; scatter :
        array [J, p, p].
    """

    layout: Layout
    map: Array
    told: Array
    counts: Array
    mean: Array
    cov: Array
    spare: Array
    within: Array
    n_rows: Array
    design_of: Array
    sizes: Array
    left: Array
    shown: Array
    scatter: Array

    @property
    def numbers(self) -> float:
        """Numbers that were observed and are not covariates within, over all rows and clusters."""
        p = self.layout.n_within
        alone = self.layout.n_shown - p * self.told.shape[1]
        return float(self.sizes.sum() * p + len(self.sizes) * alone)

    def reweighted(self, weights: Array) -> Designs:
        """The same clusters under weights [B, J], as in resamples of whole clusters."""
        return _pooled(self, weights)

    def take(self, keep: Array) -> Designs:
        """The same for some elements of the batch axis."""
        if self.counts.ndim == 1:
            return self
        own = ("counts", "mean", "cov", "spare", "within", "n_rows")
        return replace(self, **{name: getattr(self, name)[keep] for name in own})


def gather_designs(rows: Array, covariates: Array, between: Array, cluster: Array, layout: Layout) -> Designs:
    """Sums of complete rows.

    Parameters
    ----------
    rows : array [n, p]; covariates : array [n, m]; between : array [n, z], constant within clusters.
    cluster : int array [n], codes 0 … J−1.
    layout : of p variables within and p m + … between them, see `Designs`.
    """
    first = np.unique(cluster, return_index=True)[1]
    count = np.bincount(cluster)
    centre, scale = covariates.mean(axis=0), covariates.std(axis=0)
    x = np.column_stack([np.ones(len(rows)), (covariates - centre) / scale])
    middle = rows.mean(axis=0)
    y = rows - middle  # so that a large mean cancels nowhere
    square, cross, products = _sums(x, x, cluster), _sums(x, y, cluster), _sums(y, y, cluster)
    chosen, design_of = _same(square, count)
    root, back, told = _roots(square[chosen], count[chosen])
    held = back[design_of] @ cross
    raw = np.diag(np.concatenate([[1.0], scale]))
    raw[0, 1:] = centre
    whole = held + (back @ square[chosen][:, :, :1])[design_of] * middle
    none = np.zeros(0)
    bare = Designs(
        layout=layout,
        map=_maps(root @ raw, layout),
        told=told,
        counts=none,
        mean=none,
        cov=none,
        spare=none,
        within=none,
        n_rows=none,
        design_of=design_of,
        sizes=count.astype(float),
        left=count - told.sum(axis=1)[design_of],
        shown=np.hstack([whole.reshape(len(count), -1), between[first]]),
        scatter=products - held.mT @ held,
    )
    return _pooled(bare, np.ones(len(count)))


def _sums(one: Array, other: Array, cluster: Array) -> Array:
    """Cross products [J, a, b] of rows over clusters."""
    out = np.zeros((int(cluster.max()) + 1, one.shape[1], other.shape[1]))
    np.add.at(out, cluster, one[:, :, None] * other[:, None, :])
    return out


def _same(square: Array, count: Array) -> tuple[Array, Array]:
    """A cluster of each design [S], and the design of every cluster [J], by cross products [J, c, c] of covariates."""
    keys = np.round(square.reshape(len(square), -1) / count[:, None], DIGITS) + 0.0
    _, chosen, design_of = np.unique(
        np.column_stack([count, keys]), axis=0, return_index=True, return_inverse=True
    )
    return chosen, design_of.reshape(-1)


def _roots(square: Array, count: Array) -> tuple[Array, Array, Array]:
    """R [S, c, c] with XᵀX = RᵀR, its inverse transposed, and which of its rows [S, c] there are, zero elsewhere."""
    values, vectors = np.linalg.eigh(square)
    told = values > RANK * count[:, None]
    size = np.sqrt(np.where(told, values, 1.0))
    turned = vectors.mT * told[:, :, None]
    return turned * size[:, :, None], turned / size[:, :, None], told.astype(float)


def _maps(root: Array, layout: Layout) -> Array:
    """What (M, z) are multiplied by, [S, k, k]: R for the coefficients of each variable, 1 for z."""
    p, k, held = layout.n_within, layout.n_shown, layout.n_within * root.shape[-1]
    out = np.zeros((len(root), k, k))
    out[:, np.arange(held, k), np.arange(held, k)] = 1.0
    out[:, :held, :held] = np.einsum("scd,ij->scidj", root, np.eye(p)).reshape(len(root), held, held)
    return out


def _pooled(bare: Designs, weights: Array) -> Designs:
    """Sums over clusters of the same design, under weights [..., J]."""
    several, k = len(bare.map), bare.shown.shape[1]
    member = np.zeros((len(bare.design_of), several))
    member[np.arange(len(member)), bare.design_of] = 1.0
    centre = (member.T @ bare.shown) / member.sum(axis=0)[:, None]
    gap = bare.shown - centre[bare.design_of]
    products = (gap[:, :, None] * gap[:, None, :]).reshape(len(gap), k * k)
    counts = weights @ member
    share = np.where(counts > 0, counts, 1.0)
    held = (weights[..., None] * member).mT
    mean = held @ gap / share[..., None]
    second = (held @ products / share[..., None]).reshape(*mean.shape, k)
    within = weights @ bare.scatter.reshape(len(gap), -1)
    return replace(
        bare,
        counts=counts,
        mean=mean + centre,
        cov=second - mean[..., :, None] * mean[..., None, :],
        spare=weights @ bare.left,
        within=within.reshape(*weights.shape[:-1], *bare.scatter.shape[1:]),
        n_rows=weights @ bare.sizes,
    )
