"""Turn the values of one column into numbers, cell by cell where a column is not plainly numeric."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

#: Offending cells listed in one message.
LISTED = 5


def as_numbers(values: Any, name: str) -> NDArray[Any]:
    """Values of one column as numbers; the fast way first, cell by cell only when that fails."""
    array = _as_array(values)
    if array.dtype.kind in "fiub":
        if array.ndim == 1:
            return array
        raise DataError(f"column {name!r} has {array.ndim} dimensions; expected one value per row")
    if array.dtype.kind in "mMc":
        raise DataError(f"column {name!r} holds {array.dtype} values; convert them to plain numbers first")
    return _cell_by_cell(array.tolist(), name)


def _as_array(values: Any) -> NDArray[Any]:
    held = getattr(values, "values", values)  # what a pandas Series wraps, without a copy
    if isinstance(held, np.ndarray):
        return held
    if hasattr(values, "to_numpy"):
        try:  # nullable and masked columns
            return values.to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError, OverflowError):
            return np.asarray(values.to_numpy())
    try:
        array = np.asarray(values)
    except ValueError:  # ragged
        return _as_objects(values)
    # NumPy turns every cell of a list with one text into text.
    return _as_objects(values) if array.dtype.kind in "US" else array


def _as_objects(values: Any) -> NDArray[Any]:
    return np.array([*values, None], dtype=object)[:-1]


def _cell_by_cell(cells: list[Any], name: str) -> NDArray[np.float64]:
    out = np.full(len(cells), np.nan)
    bad: list[str] = []
    for row, cell in enumerate(cells):
        if is_missing(cell):
            continue
        try:
            if isinstance(cell, str | bytes):
                raise TypeError
            out[row] = float(cell)
        except (TypeError, ValueError, OverflowError):
            bad.append(f"row {row + 1} {cell!r}")
    if bad:
        more = f" and {len(bad) - LISTED} more" if len(bad) > LISTED else ""
        raise DataError(
            f"column {name!r} should hold numbers but has {', '.join(bad[:LISTED])}{more}; "
            "convert or recode the values (an empty or NaN cell is a missing value)"
        )
    return out


def is_missing(cell: Any) -> bool:
    """Whether a cell is empty: None, NaN, NA or NaT."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, float | np.floating) and bool(np.isnan(cell))
