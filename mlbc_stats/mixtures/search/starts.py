"""Where mixtures begin: clusters of cases, or random shares."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ROUNDS = 25
"""Rounds of k-means; the rest is left to EM."""
WARD = 2000
"""Cases beyond which there is no hierarchical start."""


def clustered(x: Array, classes: int, starts: int, seed: int) -> Array:
    """Shares (S, n, K) of k-means clusters from random centres, by turns of the measurements as they are and
    standardized, the first by Ward's method.

    Examples
    --------
    >>> x = np.array([[0.0], [0.1], [5.0], [5.1]])
    >>> sorted(clustered(x, 2, 3, 1)[1].argmax(-1).tolist())
    [0, 0, 1, 1]
    """
    rng = np.random.default_rng(seed)
    deviation = x.std(axis=0)
    standard = (x - x.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    labels = [_k_means(standard if s % 2 else x, classes, rng) for s in range(starts - 1)]
    labels.insert(0, _ward(standard, classes) if len(x) <= WARD else _k_means(standard, classes, rng))
    return np.asarray(np.array(labels)[..., None] == np.arange(classes), dtype=float)


def random_shares(n: int, classes: int, starts: int, seed: int) -> Array:
    """Shares (S, n, K) drawn anew for each case."""
    drawn = np.random.default_rng(seed).dirichlet(np.ones(classes), size=(starts, n))
    return np.asarray(drawn)


def _ward(x: Array, classes: int) -> Array:
    from scipy.cluster.hierarchy import fcluster, linkage

    return np.asarray(fcluster(linkage(x, "ward"), classes, "maxclust")) - 1


def _k_means(x: Array, classes: int, rng: np.random.Generator) -> Array:
    """Lloyd's algorithm from centres drawn far from one another (k-means++)."""
    centre = x[rng.integers(len(x), size=1)]
    for _ in range(classes - 1):
        away = ((x[:, None] - centre) ** 2).sum(-1).min(1)
        chance = away / away.sum() if away.sum() > 0 else None
        centre = np.vstack([centre, x[rng.choice(len(x), p=chance)]])
    label = np.zeros(len(x), dtype=int)
    for _ in range(ROUNDS):
        new = ((x[:, None] - centre) ** 2).sum(-1).argmin(1)
        if (new == label).all():
            break
        label = new
        for k in range(classes):
            if (label == k).any():
                centre[k] = x[label == k].mean(axis=0)
    return label
