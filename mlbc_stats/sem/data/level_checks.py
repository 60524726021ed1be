"""Refuse clustered rows that no two-level model can use, naming the variables and the clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.moments.columns.checks import listed
from mlbc_stats.moments.sample.collinearity import singular_problem
from mlbc_stats.moments.two_level.layout import Layout
from mlbc_stats.sem.arrays import Floats, Ints

CONSTANT = 1e-20
"""Variance, relative to the mean square, that is rounding of none."""


def check_clusters(cluster: Ints, layout: Layout, where: str) -> None:
    """Refuse one cluster, clusters of single rows, and fewer clusters than variables between.

    Parameters
    ----------
    cluster : (n,) codes 0 … J−1.
    """
    sizes = np.bincount(cluster)
    if len(sizes) < 2:
        raise DataError(
            f"{where}all {len(cluster)} rows belong to one cluster; a two-level model needs many. Check cluster=, or "
            "leave the level: lines out"
        )
    if sizes.max() < 2:
        raise DataError(
            f"{where}every one of the {len(sizes)} clusters has a single row, so nothing varies within clusters; check "
            "cluster=, or leave the level: lines out"
        )
    shown = len(layout.between)
    if len(sizes) <= shown:
        raise DataError(
            f"{where}{len(sizes)} clusters for {shown} variables between them ({listed(layout.between)}): their "
            "covariance matrix cannot be positive definite; collect more clusters, or use fewer variables at level 2"
        )


def check_variances(x: Floats, cluster: Ints, layout: Layout, titles: Sequence[str], where: str) -> None:
    """Refuse a variable of level 2 that varies within a cluster, and variables without variance at their level.

    Parameters
    ----------
    x : (n, k) the variables with a part within, then those that only clusters have; NaN where missing.
    titles : names of the clusters.
    """
    w = layout.n_within
    centre, count = cluster_means(x, cluster)
    gap = x - centre[cluster]
    size = np.nanmean(x**2, axis=0)
    spread = np.nansum(gap**2, axis=0)
    varies = spread[w:] > CONSTANT * np.maximum(size[w:], 1e-300) * len(x)
    if varies.any():
        at = w + int(np.flatnonzero(varies)[0])
        worst = int(cluster[np.nanargmax(np.abs(gap[:, at]))])
        raise DataError(
            f"{where}{layout.only_between[at - w]} stands at level 2 alone, but varies within cluster "
            f"{titles[worst]!r}; model it at level 1 as well, or use its cluster means"
        )
    _refuse_flat(
        [
            name
            for name, each, whole in zip(layout.within, spread, size, strict=False)
            if each <= CONSTANT * whole * len(x)
        ],
        "within clusters",
        "every cluster has one value only; take it out of level 1",
        where,
    )
    flat = []
    for name, at in zip(layout.between, layout.rows, strict=True):
        seen = centre[count[:, at] > 0, at]
        if len(seen) < 2 or np.var(seen) <= CONSTANT * max(size[at], 1e-300):
            flat.append(name)
    _refuse_flat(flat, "between clusters", "all clusters have the same mean; take it out of level 2", where)


def _refuse_flat(names: Sequence[str], at: str, why: str, where: str) -> None:
    if names:
        verb = "has" if len(names) == 1 else "have"
        raise DataError(f"{where}{listed(names)} {verb} no variance {at}: {why}")


def cluster_means(x: Floats, cluster: Ints) -> tuple[Floats, Floats]:
    """Means (J, k) of what each cluster answered, zero without answers, and how many answers there are."""
    known = ~np.isnan(x)
    sums, count = (np.zeros((int(cluster.max()) + 1, x.shape[1])) for _ in range(2))
    np.add.at(sums, cluster, np.where(known, x, 0.0))
    np.add.at(count, cluster, known.astype(float))
    return sums / np.maximum(count, 1.0), count


def check_within(within: Floats, names: Sequence[str], where: str) -> None:
    """Refuse variables that are collinear within clusters; `within` is their pooled covariance matrix."""
    if cholesky_flag(within)[1] and not singular_problem(within, names):
        return
    problem = (
        singular_problem(within, names) or "the covariance matrix within clusters is not positive definite"
    )
    raise DataError(f"{where}within clusters: {problem}")
