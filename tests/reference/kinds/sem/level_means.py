"""How lavaan's unrestricted model splits means between two levels.

The data tell only the sum of a mean within and a mean between. lavaan's expectation–maximization, from identity
matrices and zero means, leaves a part of it within; where exactly is an accident of its steps, repeated here.
"""

from __future__ import annotations

import numpy as np

from mlbc_stats.moments.two_level.clusters import Clusters

STEPS = 60


def split_means(clusters: Clusters) -> tuple[np.ndarray, np.ndarray]:
    """Means within [p_w] and between [p_b], in the order of the layout."""
    layout, sizes = clusters.layout, clusters.sizes[clusters.size_of]
    w, k, rows = layout.n_within, layout.n_shown, layout.rows
    varies = np.zeros(k, dtype=bool)
    varies[rows] = True
    shown, total = clusters.shown, sizes.sum()
    within, between = np.eye(w), np.diag(varies.astype(float))
    mean_within, mean_between = np.zeros(w), np.zeros(k)
    for _ in range(STEPS):
        centred = shown - mean_between
        centred[:, :w] -= mean_within
        v, spread = np.empty((len(sizes), w)), np.empty((len(sizes), w, w))
        for size in np.unique(sizes):
            own = sizes == size
            omega = between.copy()
            omega[:w, :w] += within / size
            weight = between[:w] @ np.linalg.inv(omega)
            v[own] = mean_between[:w] + centred[own] @ weight.T
            spread[own] = between[:w, :w] - weight @ between[:, :w]
        left = shown[:, :w] - v
        whole = np.hstack([v, shown[:, w:]])
        mean_between = whole.mean(axis=0)
        mean_within = sizes @ left / total
        between = (whole - mean_between).T @ (whole - mean_between) / len(sizes)
        between[:w, :w] += spread.mean(axis=0)
        products = np.einsum("j,ja,jb->ab", sizes, left, left) + np.einsum("j,jab->ab", sizes, spread)
        within = (clusters.within + products) / total - np.outer(mean_within, mean_within)
    return mean_within, mean_between[rows]
