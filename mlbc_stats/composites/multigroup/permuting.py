"""Batches of permuted groups: drawn from a seed or given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.multigroup.splitting import rearrange, shuffle
from mlbc_stats.errors import ModelError

Array = NDArray[Any]

CHUNK = 125
"""Permutations at once."""


def batches(member: Array, permutations: Any, seed: np.random.SeedSequence) -> list[Callable[[], Array]]:
    """What makes the permuted groups (b, G, n), one element per batch.

    Parameters
    ----------
    permutations : how many, or rows (B, n) that say whose label each case receives.

    Raises
    ------
    ModelError : none at all. DataError : rows that are no permutations.
    """
    if np.ndim(permutations):
        given = rearrange(member, np.asarray(permutations))
        return [partial(np.asarray, given[part]) for part in parallel.chunks(len(given), CHUNK)]
    if int(permutations) < 1:
        raise ModelError(f"permutations={permutations}; at least one is needed")
    parts = parallel.chunks(int(permutations), CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))
    return [
        partial(shuffle, member, rng, part.stop - part.start)
        for rng, part in zip(streams, parts, strict=True)
    ]


def share(extreme: Array, count: Array) -> Array:
    """p value (1 + how many permutations are as extreme)/(1 + how many there are); exact for any number of them.

    References
    ----------
    Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> float(share(np.array(4), np.array(99)))
    0.05
    """
    return np.asarray((1 + extreme) / (1 + count))
