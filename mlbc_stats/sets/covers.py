"""Every smallest choice of sets that covers all rows: the chart of prime implicants, solved exactly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

Array = NDArray[Any]


def smallest_covers(chart: Array, most: int) -> tuple[list[tuple[int, ...]], bool]:
    """Every choice of the least number of sets that covers all rows, and whether the list is whole.

    Sets that cover the same rows are one until the end. Among the rest an integer program finds the smallest choice,
    then, with each choice that was found ruled out, the next one of the same size until there is none.

    Parameters
    ----------
    chart : (s, r) booleans, whether a set covers a row. most : choices that are listed.

    Examples
    --------
    >>> smallest_covers(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 1]], dtype=bool), 100)
    ([(0, 1), (0, 2), (0, 3), (1, 2)], True)
    """
    distinct, group = np.unique(chart, axis=0, return_inverse=True)
    alike = [np.flatnonzero(group.ravel() == place).tolist() for place in range(len(distinct))]
    found: list[tuple[int, ...]] = []
    for chosen in _smallest(distinct):
        for each in product(*(alike[place] for place in chosen)):
            found.append(tuple(sorted(each)))
            if len(found) > most:
                return sorted(found[:most]), False
    return sorted(found), True


def _smallest(chart: Array) -> Iterator[list[int]]:
    """Choices of the least number of sets that cover all rows, one after the other."""
    held, size = chart.astype(float).T, 0
    cuts = np.empty((0, len(chart)))
    while True:
        least = np.concatenate([np.ones(len(held)), np.full(len(cuts), 1.0 - size)])
        solved = milp(
            np.ones(len(chart)),
            integrality=np.ones(len(chart), dtype=int),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.vstack([held, -cuts]), least, np.inf),
        )
        chosen = np.flatnonzero(np.zeros(0) if solved.x is None else solved.x > 0.5)
        if not len(chosen) or len(chosen) > (size or len(chosen)):
            return
        size = len(chosen)
        yield chosen.tolist()
        cuts = np.vstack([cuts, np.isin(np.arange(len(chart)), chosen).astype(float)])
