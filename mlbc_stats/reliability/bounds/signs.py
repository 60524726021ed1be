"""Ways to part k items in two halves, as rows of signs, and exchanges that make a part better."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from mlbc_stats.reliability.items import Floats

ROUNDING = 1e-12
"""Gain, relative to the variance of the sum, below which an exchange is rounding."""


def count_even(k: int) -> int:
    """Splits of k items into halves as even as possible, each counted once.

    Examples
    --------
    >>> [count_even(k) for k in (2, 3, 8, 9)]
    [1, 3, 35, 126]
    """
    return comb(k, k // 2) // (1 if k % 2 else 2)


def even_splits(k: int) -> Floats:
    """All of them (S, k): 1 for the first half, −1 for the second, in the order of the first half's places.

    Examples
    --------
    >>> even_splits(3).tolist()
    [[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
    """
    first = np.array(list(combinations(range(k), k // 2))[: count_even(k)])
    signs = -np.ones((len(first), k))
    np.put_along_axis(signs, first, 1.0, axis=1)
    return signs


def random_splits(k: int, count: int, rng: np.random.Generator) -> Floats:
    """Even splits (count, k) drawn with replacement.

    Examples
    --------
    >>> random_splits(4, 3, np.random.default_rng(1)).sum(axis=1).tolist()
    [0.0, 0.0, 0.0]
    """
    order = np.argsort(rng.random((count, k)), axis=1)
    return np.where(order < k // 2, 1.0, -1.0)


def differences(cov: Floats, signs: Floats) -> Floats:
    """Variance w'Sw (S,) of the difference of the two halves of each split (S, k).

    Examples
    --------
    >>> differences(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[1.0, -1.0]])).tolist()
    [1.0]
    """
    return np.asarray(np.sum((signs @ cov) * signs, axis=1))


def exchanged(cov: Floats, signs: Floats, sizes_may_change: bool) -> Floats:
    """Splits (S, k) after the best exchanges of two items (or moves of one) until w'Sw falls no more.

    Examples
    --------
    >>> cov = np.eye(4) + np.kron(np.eye(2), np.full((2, 2), 0.8))
    >>> exchanged(cov, np.array([[1.0, 1.0, -1.0, -1.0]]), False).prod(axis=1).tolist()
    [1.0]
    """
    w, own = signs.copy(), np.diagonal(cov)
    rounding = ROUNDING * float(np.abs(cov).sum())
    while True:
        slope = -4 * w * (w @ cov)
        pair = slope[:, :, None] + slope[:, None, :] + 4 * (own[:, None] + own)
        pair = pair + 8 * w[:, :, None] * w[:, None, :] * cov
        pair[w[:, :, None] * w[:, None, :] > 0] = np.inf
        gains = [pair.reshape(len(w), -1)]
        if sizes_may_change:
            gains.append(slope + 4 * own)
        gain = np.concatenate(gains, axis=1)
        best = gain.argmin(axis=1)
        rows = np.flatnonzero(np.take_along_axis(gain, best[:, None], axis=1)[:, 0] < -rounding)
        if not len(rows):
            return w
        k = w.shape[1]
        for row, move in zip(rows, best[rows], strict=True):
            places = divmod(int(move), k) if move < k * k else (int(move) - k * k,)
            w[row, list(places)] *= -1
