"""Where the search for segments begins: few cases a segment drawn at random, or clusters of the scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.mixtures.search.starts import clustered

Array = NDArray[Any]


def starting_shares(x: Array, segments: int, starts: int, seed: int, fewest: int) -> Array:
    """Shares (S, n, K): in the first half few cases define each segment, in the second half k-means does.

    Examples
    --------
    >>> starting_shares(np.arange(20.0)[:, None], 2, 3, 1, 3).sum(axis=1).tolist()[:2]
    [[6.0, 6.0], [6.0, 6.0]]
    """
    if segments == 1:
        return np.ones((1, len(x), 1))
    sparse = (starts + 1) // 2
    rng = np.random.default_rng(seed)
    size = max(min(2 * fewest, len(x) // segments), 1)
    out = np.zeros((sparse, len(x), segments))
    for each in out:
        order = rng.permutation(len(x))[: size * segments].reshape(segments, size)
        for k, cases in enumerate(order):
            each[cases, k] = 1.0
    if starts == sparse:
        return out
    return np.concatenate([out, clustered(x, segments, starts - sparse, seed)])
