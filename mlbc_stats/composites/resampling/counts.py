"""How often each case is in each resample: drawn from a seed, or as given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.weights import bootstrap_weights

Array = NDArray[Any]

CHUNK = 250
"""Resamples at once: small enough to stay in cache."""

Counts = Callable[[], Array]
"""Makes the counts (b, n) of one chunk of resamples."""


def draw_counts(n: int, replications: int, seed: int | None) -> list[Counts]:
    """Cases with replacement; each chunk has its own random stream, so that workers do not matter.

    Raises
    ------
    ModelError : fewer than one replication.

    Examples
    --------
    >>> [make().sum(axis=1).tolist() for make in draw_counts(5, 2, 1)]
    [[5.0, 5.0]]
    """
    if replications < 1:
        raise ModelError(f"replications={replications}; at least one is needed")
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))
    return [
        partial(bootstrap_weights, rng, n, part.stop - part.start)
        for rng, part in zip(streams, parts, strict=True)
    ]


def given_counts(rows: Any, n: int) -> list[Counts]:
    """Counts of the cases that rows (B, k) name, from 0.

    Raises
    ------
    DataError : rows that are no whole numbers, or name no case.

    Examples
    --------
    >>> given_counts([[0, 0, 2]], 3)[0]().tolist()
    [[2.0, 0.0, 1.0]]
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or not np.issubdtype(rows.dtype, np.integer):
        raise DataError(f"rows: expected whole numbers (resamples, cases), got shape {rows.shape}")
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        raise DataError(
            f"rows names case {rows.min() if rows.min() < 0 else rows.max()}; the {n} cases used are 0 to {n - 1}"
        )
    batch = len(rows)
    flat = (rows + np.arange(batch)[:, None] * n).ravel()
    counts = np.bincount(flat, minlength=batch * n).reshape(batch, n).astype(float)
    return as_counts(counts)


def as_counts(counts: Array) -> list[Counts]:
    """Counts (B, n) chunk by chunk."""
    return [partial(np.asarray, counts[part]) for part in parallel.chunks(len(counts), CHUNK)]
