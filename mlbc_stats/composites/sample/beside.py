"""A column beside the indicators, such as groups or folds, cut to the cases that a fit uses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.errors import DataError

Array = NDArray[Any]


def beside(values: Any, sample: Sample, name: str) -> Array:
    """One value per case used, (n,), from a column with one per case used or one per row of the table.

    Raises
    ------
    DataError : a column of another length.
    """
    column = np.asarray(values)
    if column.ndim != 1:
        raise DataError(f"{name}: expected one value per case, got an array of shape {column.shape}")
    if len(column) == sample.n:
        return column
    if len(column) > int(sample.kept[-1]):
        return np.asarray(column[sample.kept])
    raise DataError(
        f"{name} has {len(column)} values; the fit uses {sample.n} cases and the last one is row "
        f"{int(sample.kept[-1])} of the table, counted from 0: give the column of the same table"
    )
