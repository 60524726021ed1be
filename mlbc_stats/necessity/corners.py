"""Peers of a ceiling: cases that no other case beats with less of the condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Corners:
    """Cases sorted by condition, and which of them are peers (leading axes: permutations).

    Attributes
    ----------
    x, y : (..., n) sorted by x, then by falling y.
    top : (..., n) largest y so far.
    peer : (..., n) bool; cases at the same corner all are.
    """

    x: Floats
    y: Floats
    top: Floats
    peer: NDArray[np.bool_]


def find_corners(x: Floats, y: Floats) -> Corners:
    """Upper-left corners of condition x (n,) and outcomes y (..., n).

    Examples
    --------
    >>> found = find_corners(np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 3.0]))
    >>> found.peer.tolist()
    [True, False, True]
    """
    order = np.lexsort((-y, np.broadcast_to(x, y.shape)), axis=-1)
    xs, ys = np.take_along_axis(np.broadcast_to(x, y.shape), order, -1), np.take_along_axis(y, order, -1)
    top = np.maximum.accumulate(ys, axis=-1)
    before = np.concatenate([np.full((*ys.shape[:-1], 1), -np.inf), top[..., :-1]], axis=-1)
    moved = (np.diff(ys, axis=-1) != 0) | (np.diff(xs, axis=-1) != 0)
    places = np.where(moved, np.arange(1, ys.shape[-1]), 0)
    starts = np.concatenate([np.zeros((*ys.shape[:-1], 1), dtype=np.intp), places], axis=-1)
    first = np.maximum.accumulate(starts, axis=-1)  # of the cases at the same place
    return Corners(xs, ys, top, np.take_along_axis(ys > before, first, -1))


def hull(x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Which corners (k,), rising in x and y, stand on their concave envelope.

    Examples
    --------
    >>> hull(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.4, 1.0])).tolist()
    [True, False, True]
    """
    kept: list[int] = []
    for i in range(len(x)):
        if kept and x[i] == x[kept[-1]] and y[i] == y[kept[-1]]:
            kept.append(i)
            continue
        while len(kept) >= 2:
            last = kept[-1]
            first = next((j for j in reversed(kept) if x[j] < x[last]), None)
            if first is None or (y[last] - y[first]) * (x[i] - x[last]) > (y[i] - y[last]) * (
                x[last] - x[first]
            ):
                break
            kept = [j for j in kept if x[j] < x[last]]
        kept.append(i)
    return np.isin(np.arange(len(x)), kept)
