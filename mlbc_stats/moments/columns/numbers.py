"""Turn columns into numbers, cell by cell where a column is not plainly numeric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.number_text import MISSING, Convention, describe_doubt, find_marks

#: Offending cells listed in one message.
LISTED = 5


def number_columns(table: Mapping[str, Any]) -> list[NDArray[Any]]:
    """Columns as numbers; the fast way first, cell by cell only for those that hold anything else."""
    arrays = {name: _as_array(values) for name, values in table.items()}
    cells = {name: array.tolist() for name, array in arrays.items() if not _is_numeric(array, name)}
    marks = {name: _marks(held) for name, held in cells.items()}
    file = frozenset[str]().union(*marks.values())
    return [
        _cell_by_cell(cells[name], name, Convention(column=marks[name], file=file))
        if name in cells
        else array
        for name, array in arrays.items()
    ]


def _is_numeric(array: NDArray[Any], name: str) -> bool:
    if array.dtype.kind in "fiub" and array.ndim != 1:
        raise DataError(f"column {name!r} has {array.ndim} dimensions; expected one value per row")
    if array.dtype.kind in "mMc":
        raise DataError(f"column {name!r} holds {array.dtype} values; convert them to plain numbers first")
    return array.dtype.kind in "fiub"


def _as_array(values: Any) -> NDArray[Any]:
    held = getattr(values, "values", values)  # what a pandas Series wraps, without a copy
    if isinstance(held, np.ndarray):
        return held
    if hasattr(values, "to_numpy"):
        try:  # nullable and masked columns; NumPy's own reading of text is not ours
            if getattr(getattr(values, "dtype", None), "kind", "f") not in "fiub":
                return np.asarray(values.to_numpy(), dtype=object)
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


def _marks(cells: list[Any]) -> frozenset[str]:
    return find_marks({cell for cell in cells if isinstance(cell, str)})


def _cell_by_cell(cells: list[Any], name: str, convention: Convention) -> NDArray[np.float64]:
    out = np.full(len(cells), np.nan)
    bad: list[str] = []
    for row, cell in enumerate(cells):
        if is_missing(cell) or (isinstance(cell, str) and cell.strip() in MISSING):
            continue
        readings = convention.read(cell) if isinstance(cell, str) else _as_number(cell)
        if len(readings) > 1:
            raise DataError(_ambiguous(name, row, describe_doubt(cell, readings)))
        if not readings:
            bad.append(f"row {row + 1} {cell!r}")
        out[row] = readings[0] if readings else np.nan
    if bad:
        more = f" and {len(bad) - LISTED} more" if len(bad) > LISTED else ""
        raise DataError(
            f"column {name!r} should hold numbers but has {', '.join(bad[:LISTED])}{more}; "
            "convert or recode the values (an empty or NaN cell is a missing value)"
        )
    return out


def _as_number(cell: Any) -> tuple[float, ...]:
    """The number that a cell is; none for anything that is no number."""
    if isinstance(cell, bytes):
        return ()
    try:
        return (float(cell),)
    except (TypeError, ValueError, OverflowError):
        return ()


def _ambiguous(name: str, row: int, doubt: str) -> str:
    return (
        f"column {name!r} row {row + 1}: {doubt}, and no other cell decides; convert the column, or read the file "
        "with its decimal mark (pandas.read_csv has decimal= and thousands=)"
    )


def is_missing(cell: Any) -> bool:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, float | np.floating) and bool(np.isnan(cell))
