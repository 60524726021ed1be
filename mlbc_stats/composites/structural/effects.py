"""Total and indirect effects, summed and one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite

Array = NDArray[Any]

MOST = 10_000
"""Chains of arrows that are listed at most."""


def total_effects(paths: Array) -> Array:
    """(I − B)⁻¹ − I: everything that passes from the column's term to the row's; NaN where I − B is singular.

    Examples
    --------
    >>> b = np.zeros((3, 3)); b[1, 0], b[2, 1], b[2, 0] = 0.5, 0.4, 0.1
    >>> total_effects(b)[2, 0].round(3)
    np.float64(0.3)
    """
    t = paths.shape[-1]
    good = finite(paths)
    gap = np.where(good[..., None, None], np.eye(t) - paths, np.eye(t))
    good &= np.abs(np.linalg.det(gap)) > 1e-12
    gap = np.where(good[..., None, None], gap, np.eye(t))
    return np.where(good[..., None, None], np.linalg.inv(gap) - np.eye(t), np.nan)


def chains(adjacency: Array) -> list[tuple[int, ...]]:
    """Every way along two or more arrows that meets no term twice, by start, then depth first.

    Examples
    --------
    >>> a = np.zeros((3, 3), bool); a[1, 0] = a[2, 1] = a[2, 0] = True
    >>> chains(a)
    [(0, 1, 2)]
    """
    found: list[tuple[int, ...]] = []
    for start in range(len(adjacency)):
        waiting: list[tuple[int, ...]] = [(start,)]
        while waiting and len(found) < MOST:
            way = waiting.pop()
            if len(way) > 2:
                found.append(way)
            onward = [int(k) for k in np.flatnonzero(adjacency[:, way[-1]]) if k not in way]
            waiting.extend((*way, k) for k in reversed(onward))
    return found


def chain_effects(paths: Array, ways: list[tuple[int, ...]]) -> Array:
    """(..., k) products of the paths along each chain.

    Examples
    --------
    >>> b = np.zeros((3, 3)); b[1, 0], b[2, 1] = 0.5, 0.4
    >>> chain_effects(b, [(0, 1, 2)]).tolist()
    [0.2]
    """
    steps = [np.prod([paths[..., b, a] for a, b in pairwise(way)], axis=0) for way in ways]
    return np.stack(steps, axis=-1) if steps else np.zeros((*paths.shape[:-2], 0))
