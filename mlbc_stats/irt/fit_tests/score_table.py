"""Observed and expected answers to an item by total score, with thin cells joined."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def expected_shares(probabilities: list[Array], weights: Array, item: int) -> Array:
    """P(answer | total score), (S, K), of one item: Lord and Wingersky's recursion over the other items.

    Parameters
    ----------
    probabilities : for each item (q, K_j) at the nodes. weights : (q,) of the nodes.

    Examples
    --------
    >>> half = np.array([[0.5, 0.5]])
    >>> expected_shares([half, half], np.ones(1), 0).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    rest = np.ones((len(weights), 1))
    for j, own in enumerate(probabilities):
        if j != item:
            rest = _with_item(rest, own)
    own = probabilities[item]
    width, k = rest.shape[1], own.shape[1]
    joint = np.zeros((width + k - 1, k))
    for category in range(k):
        joint[category : category + width, category] = weights @ (rest * own[:, category : category + 1])
    total = joint.sum(1, keepdims=True)
    return np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)


def _with_item(scores: Array, own: Array) -> Array:
    """Distribution of the score (q, S) after one more item with probabilities (q, K)."""
    q, width = scores.shape
    out = np.zeros((q, width + own.shape[1] - 1))
    for category in range(own.shape[1]):
        out[:, category : category + width] += scores * own[:, category : category + 1]
    return out


def score_rows(table: Array) -> Array:
    """Rows of scores (S, K) between the lowest and highest score; scores that some categories exclude are one row.

    A score below K − 1 excludes high categories, one near the highest score excludes low ones (Kang & Chen, 2008).
    """
    scores, k = table.shape
    low, high = k - 1, scores - k
    if high <= low:
        return np.asarray(table[1:-1].sum(0, keepdims=True))
    return np.vstack([table[1 : low + 1].sum(0), table[low + 1 : high], table[high : scores - 1].sum(0)])


def joined_cells(observed: Array, expected: Array, least: float) -> list[tuple[Array, Array]]:
    """Cells joined until each expects `least` answers: first categories within a score, then neighbouring scores.

    Categories are joined from the highest and then from the lowest inwards while more than two are left.
    """
    rows = [_joined_categories(o, e, least) for o, e in zip(observed, expected, strict=True)]
    while len(rows) > 1:
        thin = [r for r, (_, e) in enumerate(rows) if e.min() < least]
        if not thin:
            break
        middle = (len(rows) - 1) / 2
        r = max(thin, key=lambda place: abs(place - middle))
        into = r + 1 if r < middle or r == 0 else r - 1
        rows[into] = _summed(rows[r], rows[into])
        del rows[r]
    return rows


def _joined_categories(observed: Array, expected: Array, least: float) -> tuple[Array, Array]:
    o, e = list(observed), list(expected)
    while len(e) > 2 and min(e) < least:
        if e[-1] < least:
            last, width = e.pop(), o.pop()
            e[-1], o[-1] = e[-1] + last, o[-1] + width
            continue
        j = next(place for place, value in enumerate(e) if value < least)
        thin, seen = e.pop(j), o.pop(j)
        e[j], o[j] = e[j] + thin, o[j] + seen
    return np.array(o), np.array(e)


def _summed(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two rows added cell by cell from the lowest; the longer one first loses its highest cells to the next."""
    k = min(len(one[0]), len(other[0]))
    cut = [tuple(np.append(part[: k - 1], part[k - 1 :].sum()) for part in row) for row in (one, other)]
    return cut[0][0] + cut[1][0], cut[0][1] + cut[1][1]
