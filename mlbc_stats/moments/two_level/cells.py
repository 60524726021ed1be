"""Incomplete rows in clusters: cells of rows of one cluster with the same answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.layout import Layout

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """E cells of rows of one cluster with one pattern of answers, J clusters.

    Attributes
    ----------
    layout : the variables.
    centre : array [k], subtracted from all values.
    observed : bool array [K, p_w], the patterns.
    cell_cluster, cell_pattern : int arrays [E], sorted by pattern; counts : array [E], rows of a cell.
    sums : array [E, p_w], sums of its rows; products : array [E, p_w, p_w], their cross products; zero where missing.
    z : array [J, k − p_w], what only clusters have, zero where missing.
    answered : bool array [J, k], what a cluster shows of at least one row.
    weights : array [..., J] of the clusters, ones but for resamples.
    pattern_products : array [K, p_w, p_w], cross products of the rows of every pattern; None for resamples.
    """

    layout: Layout
    centre: Array
    observed: Array
    cell_cluster: Array
    cell_pattern: Array
    counts: Array
    sums: Array
    products: Array
    z: Array
    answered: Array
    weights: Array
    pattern_products: Array | None = None

    @property
    def cells_of(self) -> list[slice]:
        """The cells of every pattern."""
        ends = np.searchsorted(self.cell_pattern, np.arange(len(self.observed) + 1))
        return [slice(first, last) for first, last in pairwise(ends)]

    @property
    def cluster_sizes(self) -> Array:
        """Rows [J] of every cluster."""
        return np.bincount(self.cell_cluster, self.counts, minlength=len(self.z))

    @property
    def n_rows(self) -> Array:
        """Rows [...] of all clusters."""
        return np.asarray(self.weights @ self.cluster_sizes)

    @property
    def numbers(self) -> float:
        """Numbers that were observed, over all rows and clusters."""
        w = self.layout.n_within
        rows = self.counts @ self.observed[self.cell_pattern].sum(axis=1)
        return float(rows + self.answered[:, w:].sum())

    def take(self, keep: Array) -> Cells:
        """The same for some elements of the batch axis."""
        return self if self.weights.ndim == 1 else replace(self, weights=self.weights[keep])

    def reweighted(self, weights: Array) -> Cells:
        """The same clusters under weights [B, J]."""
        return replace(self, weights=weights, pattern_products=None)


def gather_cells(rows: Array, between: Array, cluster: Array, layout: Layout) -> Cells:
    """Cells of rows with missing values.

    Parameters
    ----------
    rows : array [n, p_w], NaN where missing, some value in every row; between : array [n, k − p_w], constant within
        clusters but for missing values.
    cluster : int array [n], codes 0 … J−1 of the clusters.
    """
    known, count = ~np.isnan(rows), int(cluster.max()) + 1
    z, seen = _between(between, cluster, count)
    centre = np.concatenate(
        [np.nanmean(rows, axis=0), np.where(seen, z, 0.0).sum(0) / np.maximum(seen.sum(0), 1)]
    )
    observed, pattern = np.unique(known, axis=0, return_inverse=True)
    keys, cell = np.unique(np.stack([pattern, cluster], axis=1), axis=0, return_inverse=True)
    w, cells = layout.n_within, len(keys)
    x = np.where(known, rows - centre[:w], 0.0)
    sums, products = np.zeros((cells, w)), np.zeros((cells, w, w))
    np.add.at(sums, cell, x)
    np.add.at(products, cell, x[:, :, None] * x[:, None, :])
    whole = np.zeros((len(observed), w, w))
    np.add.at(whole, keys[:, 0], products)
    shown = np.zeros((count, w))
    np.add.at(shown, cluster, known.astype(float))
    return Cells(
        layout,
        centre,
        observed,
        keys[:, 1],
        keys[:, 0],
        np.bincount(cell).astype(float),
        sums,
        products,
        np.where(seen, z - centre[w:], 0.0),
        np.hstack([shown > 0, seen]),
        np.ones(count),
        whole,
    )


def _between(values: Array, cluster: Array, count: int) -> tuple[Array, Array]:
    """What only clusters have, [J, k − p_w], from any row that tells it, and where some row does."""
    known = ~np.isnan(values)
    sums, seen = np.zeros((count, values.shape[1])), np.zeros((count, values.shape[1]))
    np.add.at(sums, cluster, np.where(known, values, 0.0))
    np.add.at(seen, cluster, known.astype(float))
    return sums / np.maximum(seen, 1.0), seen > 0
