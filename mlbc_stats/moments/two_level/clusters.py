"""Sums over the rows of clusters: all that the likelihood of complete clustered rows depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.layout import Layout

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Sums over clusters of the same size, S distinct sizes, J clusters, k numbers a cluster (see `Layout`).

    Attributes
    ----------
    layout : the variables.
    sizes : array [S], rows of a cluster.
    counts : array [..., S], clusters of that size.
    mean : array [..., S, k], average of what the clusters show; cov : array [..., S, k, k], their covariance matrix
        about it, divisor `counts`.
    within : array [..., p_w, p_w], cross products of the rows about the means of their clusters.
    size_of : int array [J], place of every cluster among the sizes.
    shown : array [J, k]; scatter : array [J, p_w, p_w], the cross products of each cluster.
    """

    layout: Layout
    sizes: Array
    counts: Array
    mean: Array
    cov: Array
    within: Array
    size_of: Array
    shown: Array
    scatter: Array

    @property
    def n_rows(self) -> Array:
        """Rows [...] of all clusters."""
        return np.asarray(self.counts @ self.sizes)

    @property
    def spare(self) -> Array:
        """Degrees of freedom [...] within clusters: rows less clusters."""
        return np.asarray(self.counts @ (self.sizes - 1))

    @property
    def numbers(self) -> float:
        """Numbers that were observed, over all rows and clusters."""
        n, c = self.cluster_sizes.sum(), len(self.size_of)
        return float(n * self.layout.n_within + c * len(self.layout.only_between))

    @property
    def cluster_sizes(self) -> Array:
        """Rows [J] of every cluster."""
        return np.asarray(self.sizes[self.size_of])

    def reweighted(self, weights: Array) -> Clusters:
        """The same clusters under weights [B, J], as in resamples of whole clusters."""
        return _pooled(self.layout, self.sizes, self.size_of, self.shown, self.scatter, weights)

    def take(self, keep: Array) -> Clusters:
        """The same for some elements of the batch axis."""
        if self.counts.ndim == 1:
            return self
        return replace(
            self, **{name: getattr(self, name)[keep] for name in ("counts", "mean", "cov", "within")}
        )


def gather_clusters(rows: Array, between: Array, cluster: Array, layout: Layout) -> Clusters:
    """Sums of complete rows.

    Parameters
    ----------
    rows : array [n, p_w], the variables with a part within.
    between : array [n, k − p_w], those that only clusters have, constant within each.
    cluster : int array [n], codes 0 … J−1 of the clusters.
    """
    count = np.bincount(cluster)
    first = np.zeros(len(count), dtype=np.intp)
    first[cluster[::-1]] = np.arange(len(cluster))[::-1]
    centre = rows.mean(axis=0)
    sums = np.zeros((len(count), rows.shape[1]))
    np.add.at(sums, cluster, rows - centre)
    means = sums / count[:, None]
    gap = rows - centre - means[cluster]
    scatter = np.zeros((len(count), rows.shape[1], rows.shape[1]))
    np.add.at(scatter, cluster, gap[:, :, None] * gap[:, None, :])
    sizes, size_of = np.unique(count, return_inverse=True)
    shown = np.hstack([means + centre, between[first]])
    return _pooled(layout, sizes.astype(float), size_of, shown, scatter, np.ones(len(count)))


def _pooled(
    layout: Layout, sizes: Array, size_of: Array, shown: Array, scatter: Array, weights: Array
) -> Clusters:
    """Sums over clusters of the same size, under weights [..., J]."""
    several, k = len(sizes), shown.shape[1]
    member = np.zeros((len(size_of), several))
    member[np.arange(len(size_of)), size_of] = 1.0
    counts = weights @ member
    share = np.where(counts > 0, counts, 1.0)
    centre = (member.T @ shown) / member.sum(axis=0)[:, None]
    gap = shown - centre[size_of]
    products = (gap[:, :, None] * gap[:, None, :]).reshape(len(gap), k * k)
    held = weights[..., None] * member
    mean = np.swapaxes(held, -1, -2) @ gap / share[..., None]
    second = (np.swapaxes(held, -1, -2) @ products / share[..., None]).reshape(*mean.shape, k)
    cov = second - mean[..., :, None] * mean[..., None, :]
    within = (weights @ scatter.reshape(len(scatter), -1)).reshape(*weights.shape[:-1], *scatter.shape[1:])
    return Clusters(layout, sizes, counts, mean + centre, cov, within, size_of, shown, scatter)
