"""Count how many raters chose each category of each unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError


def category_counts(ratings: ArrayLike) -> tuple[np.ndarray, tuple[Any, ...]]:
    """Turn the ratings of each unit by each rater into counts of categories.

    Parameters
    ----------
    ratings : (units, raters), numbers or texts; None and NaN are missing.

    Returns
    -------
    counts (units, categories) of whole numbers as floats, and the categories in ascending order.

    Raises
    ------
    DataError
        when `ratings` has not two dimensions, or mixes numbers with texts.

    Examples
    --------
    >>> counts, categories = category_counts([["a", "a", "b"], ["b", None, "b"]])
    >>> categories
    ('a', 'b')
    >>> counts.tolist()
    [[2.0, 1.0], [0.0, 2.0]]
    """
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise DataError(
            f"ratings: expected units × raters (two dimensions), got {counted(table.ndim, 'dimension')}"
        )
    present = ~pd.isna(table)
    try:
        categories = sorted(set(table[present].tolist()))
    except TypeError:
        raise DataError("ratings: numbers and texts are mixed; use one or the other") from None
    counts = np.zeros((len(table), len(categories)))
    for position, category in enumerate(categories):
        counts[:, position] = np.sum(present & (table == category), axis=1)
    return counts, tuple(categories)
