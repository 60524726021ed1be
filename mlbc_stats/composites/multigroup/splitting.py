"""Groups of cases, as rows of case weights, and permutations of their labels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.beside import beside
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.errors import DataError

Array = NDArray[Any]

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Groups:
    """Who belongs where.

    Attributes
    ----------
    names : (G,) labels, sorted. member : (G, n) bool; a case without a label belongs nowhere.
    """

    names: tuple[str, ...]
    member: Array

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(count) for count in self.member.sum(axis=1))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Places of the two groups of every comparison."""
        return list(combinations(range(len(self.names)), 2))


def read_groups(groups: Any, sample: Sample) -> Groups:
    """The groups of the cases used.

    Parameters
    ----------
    groups : one label per case used or per row of the table, text or numbers; None, NaN and "" are no group.

    Raises
    ------
    DataError : fewer than two groups, a group with fewer than three cases.

    Examples
    --------
    >>> from mlbc_stats.composites.sample.reading import read_sample
    >>> sample = read_sample({"x": [1.0, 2, 3, 4, 5, 7]}, ["x"])
    >>> found = read_groups(["b", "a", "a", "b", "b", "a"], sample)
    >>> found.names, found.sizes
    (('a', 'b'), (3, 3))
    """
    column = beside(np.asarray(groups, dtype=object), sample, "groups")
    known = np.array([not _is_missing(value) for value in column.tolist()])
    labels = sorted(set(column[known].tolist()), key=lambda value: (isinstance(value, str), value))
    if len(labels) < 2:
        raise DataError(f"groups holds {len(labels)} label(s): a comparison needs at least two groups")
    member = np.stack([(column == label) & known for label in labels]).astype(bool)
    small = [
        f"{label} ({int(own.sum())})" for label, own in zip(labels, member, strict=True) if own.sum() < FEWEST
    ]
    if small:
        told = ", ".join(small[:5]) + (", …" if len(small) > 5 else "")
        raise DataError(f"groups with fewer than {FEWEST} cases: {told}; merge them or leave them out")
    return Groups(tuple(_text(label) for label in labels), member)


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or value != value


def _text(label: Any) -> str:
    return f"{label:g}" if isinstance(label, float) else str(label)


def shuffle(member: Array, rng: np.random.Generator, count: int) -> Array:
    """The groups (G, n) again with permuted labels (count, G, n); cases of no group stay out.

    Examples
    --------
    >>> member = np.array([[True, True, False, False], [False, False, True, False]])
    >>> found = shuffle(member, np.random.default_rng(1), 5)
    >>> found.sum(axis=2).tolist()[0], bool(found[:, :, 3].any())
    ([2, 1], False)
    """
    inside = np.flatnonzero(member.any(axis=0))
    label = np.argmax(member[:, inside], axis=0)
    drawn = rng.permuted(np.tile(label, (count, 1)), axis=1)
    out = np.zeros((count, *member.shape), bool)
    out[:, :, inside] = drawn[:, None] == np.arange(len(member))[:, None]
    return out


def rearrange(member: Array, order: Array) -> Array:
    """The groups (B, G, n) when case i receives the label of case order[b, i].

    Raises
    ------
    DataError : rows that are no permutations of the cases.
    """
    n = member.shape[1]
    if order.ndim != 2 or order.shape[1] != n or not np.issubdtype(order.dtype, np.integer):
        raise DataError(
            f"permutations: expected whole numbers (permutations, {n} cases), got shape {order.shape}"
        )
    if not np.array_equal(np.sort(order, axis=1), np.broadcast_to(np.arange(n), order.shape)):
        raise DataError(f"permutations: each row must hold every case from 0 to {n - 1} once")
    return np.asarray(member[:, order].transpose(1, 0, 2))
