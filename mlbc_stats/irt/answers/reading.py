"""Read answers to items as ordered categories, and gather equal patterns of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_categories

Array = NDArray[Any]

MOST_CATEGORIES = 20
"""An item with more distinct values is taken for a measurement, not for a rating."""
SPARSE = 5
"""Categories with fewer answers than this are told."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of n cases to p items.

    Attributes
    ----------
    names : (p,). values : for each item the values of its categories, ascending, as they stand in the table.
    codes : (n, p) category of each answer from 0; -1 where missing.
    patterns : (u, p) distinct rows of `codes` and groups; counts : (u,) cases of each; place : (n,) row of `patterns`.
    group : (u,) number of the group of each pattern. kept : (n,) row of the table behind each case.
    notes : what a reader must know.
    """

    names: tuple[str, ...]
    values: tuple[Array, ...]
    codes: Array
    patterns: Array
    counts: Array
    place: Array
    group: Array
    kept: Array
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.codes)

    @property
    def categories(self) -> tuple[int, ...]:
        """(p,) categories in use."""
        return tuple(len(each) for each in self.values)


def read_answers(data: Any, items: Sequence[str] | None = None, group: Array | None = None) -> Answers:
    """Answers of a table as categories; cases without any answer are left out and told.

    Parameters
    ----------
    data : table (cases, items). items : columns to take, all by default.
    group : (n,) number of each case's group from 0; one group by default.

    Raises
    ------
    DataError
        fewer than two items, an item with one category in use or with more than 20 values, no answers.

    Examples
    --------
    >>> found = read_answers({"a": [1, 2, 1, 2], "b": [0, 3, 0, 1]})
    >>> found.categories, found.patterns.tolist(), found.counts.tolist()
    ((2, 3), [[0, 0], [1, 1], [1, 2]], [2.0, 1.0, 1.0])
    """
    names = tuple(column_names(data) if items is None else items)
    if len(names) < 2:
        raise DataError(
            f"item response models need two items or more, got {len(names)}: {', '.join(names) or 'none'}"
        )
    table = read_categories(data, names)
    kept = np.flatnonzero(~np.isnan(table).all(axis=1))
    empty = len(table) - len(kept)
    notes: tuple[str, ...] = (
        (f"{empty} of {len(table)} rows left out: every answer is missing",) if empty else ()
    )
    rows = table[kept]
    if len(rows) < 2:
        raise DataError(
            f"too few rows with an answer to {', '.join(names)}: {len(rows)}, expected hundreds; "
            "check the file and the names of the items"
        )
    values = tuple(_categories(rows[:, j], name) for j, name in enumerate(names))
    codes = np.column_stack([_coded(rows[:, j], held) for j, held in enumerate(values)])
    notes += tuple(note for j, name in enumerate(names) for note in _told(codes[:, j], values[j], name))
    number = np.zeros(len(rows), int) if group is None else np.asarray(group)[kept]
    patterns, place, counts = np.unique(
        np.column_stack([number, codes]), axis=0, return_inverse=True, return_counts=True
    )
    return Answers(
        names,
        values,
        codes,
        patterns[:, 1:],
        counts.astype(float),
        place.ravel(),
        patterns[:, 0],
        kept,
        notes,
    )


def _categories(column: Array, name: str) -> Array:
    found = np.unique(column[~np.isnan(column)])
    if not np.isfinite(found).all():
        raise DataError(f"{name} holds an infinite value; correct the data")
    if len(found) < 2:
        used = f"one category in use ({found[0]:g})" if len(found) else "no answer"
        raise DataError(f"{name} has {used}; an item needs two or more, leave it out")
    if len(found) > MOST_CATEGORIES:
        raise DataError(
            f"{name} has {len(found)} distinct values; item response models are for ratings of at most "
            f"{MOST_CATEGORIES} categories"
        )
    return found


def _coded(column: Array, values: Array) -> Array:
    answered = ~np.isnan(column)
    out = np.full(len(column), -1)
    out[answered] = np.searchsorted(values, column[answered])
    return out


def _told(codes: Array, values: Array, name: str) -> tuple[str, ...]:
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    few = [f"{value:g} ({count})" for value, count in zip(values, counts, strict=True) if count < SPARSE]
    told: tuple[str, ...] = (
        (f"{name}: fewer than {SPARSE} answers in category {', '.join(few)}",) if few else ()
    )
    gaps = np.diff(values)
    if len(values) > 1 and (values == np.round(values)).all() and gaps.max() > 1 and gaps.min() == 1:
        told += (
            f"{name}: nobody used a category between {values[0]:g} and {values[-1]:g}; the model has none there",
        )
    return told
