"""Read complete whole scores of items for scaling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.irt.answers.reading import MOST_CATEGORIES
from mlbc_stats.moments.columns import column_names, read_categories

Array = NDArray[Any]
FEWEST = 3
"""Complete cases below which nothing is computed."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Names (p,), complete scores (n, p), which rows of the table they are (n,), and what a reader must know."""

    names: tuple[str, ...]
    x: Array
    kept: Array
    notes: tuple[str, ...]


def read_scores(data: Any, items: Sequence[str] | None = None, fewest: int = 2) -> Scores:
    """Whole scores of a table; rows with a gap are left out and told.

    Raises
    ------
    DataError
        too few items or complete cases, scores that are not whole, a constant item, more than 20 categories.
    """
    names = tuple(column_names(data) if items is None else items)
    if len(names) < fewest:
        raise DataError(
            f"scaling needs {fewest} items or more, got {len(names)}: {', '.join(names) or 'none'}"
        )
    table = read_categories(data, names)
    kept = np.flatnonzero(~np.isnan(table).any(axis=1))
    x = table[kept]
    if len(x) < FEWEST:
        raise DataError(
            f"too few cases answered each of {', '.join(names)}: {len(x)}, expected {FEWEST} or more; leave out the "
            "emptiest item"
        )
    for name, column in zip(names, x.T, strict=True):
        _check(name, column)
    gone = len(table) - len(x)
    notes = (f"{gone} of {len(table)} rows left out: an answer is missing",) if gone else ()
    return Scores(names, x, kept, notes)


def _check(name: str, column: Array) -> None:
    if not (np.isfinite(column) & (column == np.round(column))).all():
        raise DataError(f"{name} holds {column[column != np.round(column)][0]:g}; scaling needs whole scores")
    values = np.unique(column)
    if len(values) < 2:
        raise DataError(f"{name} is constant ({values[0]:g} in every complete case); leave it out")
    if len(values) > MOST_CATEGORIES:
        raise DataError(
            f"{name} has {len(values)} distinct scores; scaling is for ratings of at most {MOST_CATEGORIES}"
        )
