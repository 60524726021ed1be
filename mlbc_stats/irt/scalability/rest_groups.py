"""Cases with neighbouring rest scores, put together until a group is large enough."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def default_size(n: int) -> int:
    """Least size of a group: n/10 from 500 cases, n/5 from 250, else a third of them but 50 at least.

    Molenaar & Sijtsma (2000). Examples: 1,000, 300 and 100 cases.

    Examples
    --------
    >>> default_size(1000), default_size(300), default_size(100)
    (100, 60, 50)
    """
    return n // 10 if n >= 500 else n // 5 if n >= 250 else max(n // 3, 50)


def rest_groups(rest: Array, least: int) -> Array:
    """Number of each case's group (n,), ascending with the rest score; what is left over joins the last group.

    Examples
    --------
    >>> rest_groups(np.array([0, 0, 1, 2, 2, 3]), 2).tolist()
    [0, 0, 1, 1, 1, 1]
    """
    values, place, counts = np.unique(rest, return_inverse=True, return_counts=True)
    group, number, size = np.zeros(len(values), dtype=int), 0, 0
    for k, count in enumerate(counts):
        group[k], size = number, size + count
        if size >= least:
            number, size = number + 1, 0
    if size and number:
        group[group == number] = number - 1
    return np.asarray(group[place])


def crit(h: float, active: int, found: Array, statistics: Array, significant: int) -> float:
    """Molenaar and Sijtsma's index of how serious violations are; 80 and more is serious, below 40 hardly."""
    if not len(found):
        return 0.0
    return float(
        50 * (0.3 - h)
        + np.sqrt(len(found))
        + 100 * len(found) / active
        + 100 * found.max()
        + 10 * np.sqrt(found.sum())
        + 1000 * found.sum() / active
        + 5 * statistics.max()
        + 10 * np.sqrt(significant)
        + 100 * significant / active
    )
