"""Where the search begins: slopes from the first component of the items, intercepts from the shares of categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.curves.families import GRADED
from mlbc_stats.irt.curves.layout import Layout

Array = NDArray[Any]


def start(layout: Layout, codes: Array, counts: Array) -> Array:
    """γ (M,) of graded or partial credit curves from patterns (u, p) with their counts."""
    slope = _slopes(codes, counts)
    out = np.zeros(layout.length)
    for j, k in enumerate(layout.categories):
        held = codes[:, j] >= 0
        share = np.bincount(codes[held, j], counts[held], minlength=k) + 0.5
        share = share / share.sum()
        stretch = np.sqrt(1 + (slope[j] / 1.7) ** 2)
        if layout.family == GRADED:
            reached = np.cumsum(share[::-1])[::-1][1:]
            own = np.append(slope[j], stretch * np.log(reached / (1 - reached)))
        else:
            own = np.append(slope[j] / (k - 1), np.log(share[1:] / share[0]))
        out[layout.parameters_of(j)] = own
    return out


def first_loadings(codes: Array, counts: Array) -> Array:
    """(p,) loadings of the items on their first principal component, by pairwise correlations."""
    held = (codes >= 0).astype(float)
    x = np.where(codes >= 0, codes, 0.0)
    mean = counts @ x / (counts @ held)
    x = (x - mean) * held
    pairs = np.maximum((counts[:, None] * held).T @ held, 1.0)
    cov = (counts[:, None] * x).T @ x / pairs
    scale = np.sqrt(np.diagonal(cov))
    values, vectors = np.linalg.eigh(cov / (scale[:, None] * scale))
    first = vectors[:, -1] * np.sqrt(values[-1])
    return np.asarray(first * (1 if first.sum() >= 0 else -1))


def _slopes(codes: Array, counts: Array) -> Array:
    loading = np.clip(first_loadings(codes, counts), -0.85, 0.85)
    slope = 1.7 * loading / np.sqrt(1 - loading**2)
    return np.where(np.abs(slope) < 0.3, np.where(slope < 0, -0.3, 0.3), slope)


def unfolding_starts(layout: Layout, codes: Array, counts: Array, seed: int, random: int = 4) -> list[Array]:
    """γ (M,) of unfolding curves: items ordered by the sign and size of their loadings, and random orders.

    Items that load positively stand to the right of the cases, others to the left; the nearer to zero the loading, the
    nearer the item, since answers to an item in the middle fall off on both sides.
    """
    loading = first_loadings(codes, counts)
    rng = np.random.default_rng(seed)
    sides = [np.where(loading < 0, -1.0, 1.0)] + [
        rng.choice([-1.0, 1.0], len(loading)) for _ in range(random)
    ]
    starts = []
    for side in sides:
        delta = side * (0.5 + 2.0 * np.minimum(np.abs(loading), 1.0))
        out = np.zeros(layout.length)
        for j, k in enumerate(layout.categories):
            tau = -np.linspace(2.5, 0.5, k - 1) if k > 2 else np.array([-1.0])
            out[layout.parameters_of(j)] = np.concatenate([[1.0, delta[j]], tau])
        starts.append(out)
    return starts
