"""Order numbers by size so that rounding does not decide: those that are as good as equal keep their places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats

EQUAL = 1e-6
"""Distance of neighbours, relative to one plus their size, up to which two numbers rank equal."""


def ranked(values: Floats, equal: float = EQUAL) -> NDArray[np.intp]:
    """Places (n,) from the smallest number to the largest, NaN last; a chain of near neighbours keeps its order.

    What is equal in exact arithmetic (the indices of two ways to free one and the same restriction, minima along a
    valley) differs in its last digits from one processor to the next.

    Examples
    --------
    >>> ranked(np.array([2.0, 1.0 + 1e-9, 1.0])).tolist()
    [1, 2, 0]
    """
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    apart = ~(np.diff(ascending) <= equal * (1 + np.abs(ascending[1:])))
    rank = np.concatenate([[0], np.cumsum(apart)])[: len(order)]
    return order[np.lexsort((order, rank))]
