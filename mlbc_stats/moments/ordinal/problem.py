"""What an ordinal problem is made of, and what its two steps give for a block of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.margins.contingency import STANDARD, Filling
from mlbc_stats.moments.margins.moment_layout import Layout

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What all blocks of weights share.

    Attributes
    ----------
    x : array [n, p].
    codes : int array [n, v] of the ordinal variables.
    layout : of the moments.
    z : array [n, k].
    gamma : "full", "diagonal" or "none".
    cluster : int array [n], codes of the clusters that the cases were drawn in; None for single cases.
    filling : what is added to empty cells of the tables of pairs.
    """

    x: Array
    codes: Array
    layout: Layout
    z: Array
    gamma: str
    cluster: Array | None = None
    filling: Filling = STANDARD

    @property
    def by_tables(self) -> bool:
        """Whether no case has to be looked at on its own."""
        return bool(self.layout.ordinal.all()) and not self.z.shape[1]

    def held_by_one(self) -> int:
        """Numbers that one resample needs at once."""
        n, p = self.x.shape
        most = int(self.layout.categories.max(initial=1)) + 2
        tables = 12 * len(self.layout.i) * most**2 + n * p * most
        cases = 0 if self.by_tables else 20 * n * (len(self.layout.i) + p * most)
        spread = n * (len(self.layout.i) + self.layout.first) if self.gamma == "full" else 0
        return tables + cases + spread


@dataclass(frozen=True, slots=True)
class Steps:
    """Results for B rows of weights; see ``OrdinalMoments``.

    Attributes
    ----------
    moments : array [B, m].
    gamma : array [B, m, m] or None.
    gamma_diagonal : array [B, m] or None.
    correlation : array [B, p, p].
    total : array [B], sums of weights.
    ok : bool array [B].
    tables : array [B, P, c, c] of the pairs of ordinal variables, or None.
    filled, bounded : bool arrays [B, pairs], of all pairs.
    absent : bool array [B, p], a category without cases, or no estimates.
    """

    moments: Array
    gamma: Array | None
    gamma_diagonal: Array | None
    correlation: Array
    total: Array
    ok: Array
    tables: Array | None
    filled: Array
    bounded: Array
    absent: Array


def sampling_covariance(
    problem: Problem, influence: Array, weights: Array | None, meat: Array | None, total: Array
) -> tuple[Array, Array | None]:
    """Γ [B, m, m], and its diagonal [B, m] where weights of least squares need another one: that without clusters.

    Parameters
    ----------
    influence : array [B, m, n].
    weights : array [B, n] or None; meat : array [B, n], weights of products of influences, or None for those above.

    Examples
    --------
    >>> x, one = np.zeros((4, 1)), np.array([[[0.5, -0.5, 0.5, -0.5]]])
    >>> clustered = Problem(x, x, None, x, "full", np.array([0, 1, 0, 1]))
    >>> [part.tolist() for part in sampling_covariance(clustered, one, None, None, np.array([4.0]))]
    [[[[16.0]]], [[4.0]]]
    """
    single = influence_products(influence, weights if meat is None else meat, total)
    if problem.cluster is None:
        return single, None
    return cluster_products(influence, weights, total, problem.cluster), np.einsum("bii->bi", single).copy()


def cluster_products(influence: Array, weights: Array | None, total: Array, cluster: Array) -> Array:
    """Γ = n J/(J−1) Σ_c (Σ w IF)(Σ w IF)', sums within each of J clusters.

    Raises
    ------
    DataError
        for a single cluster.
    """
    order = np.argsort(cluster, kind="stable")
    first = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order][:1] - 1))
    if len(first) < 2:
        raise DataError(f"{len(first)} cluster; cluster-robust errors need at least 2")
    weighted = influence if weights is None else influence * weights[:, None, :]
    sums = np.add.reduceat(weighted[..., order], first, axis=-1)
    return np.matmul(sums, sums.swapaxes(-1, -2)) * (total * len(first) / (len(first) - 1))[:, None, None]


def influence_products(influence: Array, mass: Array | None, total: Array) -> Array:
    """Γ = n Σ w IF IF'.

    Parameters
    ----------
    influence : array [B, m, n].
    mass : array [B, n] of weights, or None.
    total : array [B], n or Σ w.

    Examples
    --------
    >>> influence_products(np.array([[[0.5, -0.5]]]), None, np.array([2.0])).tolist()
    [[[1.0]]]
    """
    weighted = influence if mass is None else influence * mass[:, None, :]
    return np.matmul(influence, weighted.swapaxes(-1, -2)) * total[:, None, None]


def correlation_matrix(rho: Array, layout: Layout) -> Array:
    """Correlations [B, p, p] from those of the pairs [B, P].

    Examples
    --------
    >>> from mlbc_stats.moments.margins.moment_layout import make_layout
    >>> correlation_matrix(np.array([[0.5]]), make_layout(np.array([2, 2]), 0)).tolist()
    [[[1.0, 0.5], [0.5, 1.0]]]
    """
    p = len(layout.sizes)
    out = np.zeros((len(rho), p, p)) + np.eye(p)
    out[:, layout.i, layout.j] = out[:, layout.j, layout.i] = rho
    return out
