"""Columns of text as they are kept: every different cell once, and for each row which one it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

BATCH = 4_096
"""Rows that are taken apart at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column.

    Attributes
    ----------
    texts : the different cells, in the order met.
    places : (n,) int32, the place of each row's cell in `texts`.
    """

    texts: tuple[str, ...]
    places: np.ndarray

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells, top to bottom."""
        return tuple(map(self.texts.__getitem__, self.places.tolist()))

    def changed(self, change: Callable[[str], str]) -> Column:
        """The column with every cell changed alike."""
        return replace(self, texts=tuple(map(change, self.texts)))

    def rows(self, kept: np.ndarray | slice) -> Column:
        """Some rows of the column; texts that no row has any more are gone."""
        found, places = np.unique(self.places[kept], return_inverse=True)
        return Column(tuple(self.texts[place] for place in found.tolist()), places.astype(np.int32))


def column_of(cells: Iterable[str]) -> Column:
    """A column of these cells.

    Examples
    --------
    >>> column_of(["5", "", "5"]).texts, column_of(["5", "", "5"]).places.tolist()
    (('5', ''), [0, 1, 0])
    """
    (column,) = split(((cell,) for cell in cells), 1)
    return column


def split(rows: Iterable[Sequence[str]], width: int) -> tuple[Column, ...]:
    """Columns of rows that all have `width` cells; memory is four bytes a cell and each different text once."""
    seen: list[dict[str, int]] = [_numbering() for _ in range(width)]
    parts: list[list[np.ndarray]] = [[] for _ in range(width)]
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        for known, part, cells in zip(seen, parts, zip(*batch, strict=True), strict=True):
            part.append(np.fromiter(map(known.__getitem__, cells), dtype=np.int32, count=len(batch)))
    nothing = np.zeros(0, dtype=np.int32)
    return tuple(
        Column(tuple(known), np.concatenate(part) if part else nothing)
        for known, part in zip(seen, parts, strict=True)
    )


def _numbering() -> dict[str, int]:
    """A dictionary that gives every new key the next number."""
    known: defaultdict[str, int] = defaultdict()
    known.default_factory = known.__len__
    return known
