"""Read numeric columns from any table: data frame, mapping of arrays, structured or plain array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

#: Offending cells listed in one message.
LISTED = 5


def read_columns(data: Any, names: Sequence[str], allow_missing: bool = True) -> NDArray[np.float64]:
    """Numeric columns of a table as one float array, missing values as NaN.

    Parameters
    ----------
    data : pandas or polars DataFrame, mapping of name to one-dimensional values, structured array, or a plain
        two-dimensional array whose columns are called x1, x2, ...
    names : columns to read, in the order wanted.
    allow_missing : when false, a missing value is an error.

    Returns
    -------
    values : array [n, len(names)], a copy; booleans become 0 and 1; None, NaN and pandas.NA become NaN.

    Raises
    ------
    DataError
        unknown name (with the nearest one), a name asked for twice or held by two columns, text or dates in a
        column (with row and value), infinite values, columns of different length.

    Notes
    -----
    In R: ``data.matrix(data[names])`` for numeric columns.

    Examples
    --------
    >>> read_columns({"x1": [1, 2, None], "x2": [True, False, True]}, ["x2", "x1"]).tolist()
    [[1.0, 1.0], [0.0, 2.0], [1.0, nan]]
    """
    labels = _labels(data)
    columns = [_numeric(column(data, name, labels), name) for name in _distinct(names)]
    lengths = {len(values) for values in columns}
    if len(lengths) > 1:
        found = ", ".join(f"{name} {len(values)}" for name, values in zip(names, columns, strict=True))
        raise DataError(f"columns differ in length: {found}; expected one value per row in each")
    out = np.empty((lengths.pop() if lengths else 0, len(columns)))
    for place, values in enumerate(columns):
        out[:, place] = values
    _refuse_infinite(out, names)
    if not allow_missing:
        _refuse_missing(out, names)
    return out


def read_categories(data: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """Columns of a table as :func:`read_columns` reads them, ordered categories of text by their position (from 1).

    In R: ``data.matrix(data[names])`` with ordered factors.

    Examples
    --------
    >>> import pandas as pd
    >>> mood = pd.Categorical(["low", "high", None], categories=["low", "high"], ordered=True)
    >>> read_categories({"mood": pd.Series(mood)}, ["mood"])[:, 0].tolist()
    [1.0, 2.0, nan]
    """
    labels = _labels(data)
    held = {name: column(data, name, labels) for name in names}
    coded = {name: _positions(values) for name, values in held.items()}
    table = {name: values if coded[name] is None else coded[name] for name, values in held.items()}
    return read_columns(table, names)


def is_ordered(values: Any) -> bool:
    """Whether a column declares its categories ordered (as a pandas Categorical can)."""
    return bool(getattr(getattr(values, "dtype", None), "ordered", False))


def _positions(values: Any) -> NDArray[np.float64] | None:
    """Positions (n,) of ordered categories that are not numbers themselves, else None."""
    dtype: Any = getattr(values, "dtype", None)
    if not is_ordered(values) or all(isinstance(each, int | float) for each in dtype.categories):
        return None
    codes = np.asarray(getattr(values, "cat", values).codes, dtype=float)
    return np.where(codes < 0, np.nan, codes + 1)


def column_names(data: Any) -> tuple[str, ...]:
    """Names of a table's columns, in its order.

    Examples
    --------
    >>> column_names(np.zeros((3, 2)))
    ('x1', 'x2')
    """
    return tuple(_labels(data))


def read_labels(data: Any, name: str) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Codes and labels of a grouping column, groups in order of appearance as in lavaan.

    Parameters
    ----------
    data : a table as in :func:`read_columns`.
    name : its column; numbers, text, booleans or categories.

    Returns
    -------
    codes : int array [n]; -1 where the group is missing.
    labels : the groups' names as text (a whole number prints without its decimal point).

    Examples
    --------
    >>> codes, labels = read_labels({"school": ["b", "a", None, "b"]}, "school")
    >>> codes.tolist(), labels
    ([0, 1, -1, 0], ('b', 'a'))
    """
    values = np.asarray(column(data, name), dtype=object).tolist()
    seen: dict[Any, int] = {}
    for value in values:
        if value not in seen:
            seen[value] = len(seen)
    held = [value for value in seen if not _is_missing(value)]
    number = dict.fromkeys(seen, -1) | {value: code for code, value in enumerate(held)}
    codes = np.fromiter((number[value] for value in values), np.intp, len(values))
    return codes, tuple(_label_text(value) for value in held)


def column(data: Any, name: str, labels: Mapping[str, Any] | None = None) -> Any:
    """One column of a table, as the table holds it.

    Raises
    ------
    DataError
        when there is no such column, or more than one.

    Examples
    --------
    >>> column({"x1": [1, 2]}, "x1")
    [1, 2]
    """
    labels = _labels(data) if labels is None else labels
    if name not in labels:
        raise DataError(_unknown(name, tuple(labels)))
    key = labels[name]
    if key is _TWICE:
        raise DataError(f"{name!r} names more than one column of the data; rename or drop the duplicates")
    return data[:, key] if _is_plain(data) else data[key]


_TWICE = object()


def _labels(data: Any) -> dict[str, Any]:
    """Column name as text → what the table itself calls it (or the mark of a duplicated name)."""
    keys = _keys(data)
    if _is_plain(data):
        return {f"x{position + 1}": position for position in keys}
    labels = {str(key): key for key in keys}
    if len(labels) < len(keys):
        names = [str(key) for key in keys]
        labels |= {name: _TWICE for name in labels if names.count(name) > 1}
    return labels


def _keys(data: Any) -> list[Any]:
    if _is_plain(data):
        return list(range(data.shape[1])) if data.ndim == 2 else []
    if isinstance(data, np.ndarray):
        return list(data.dtype.names or ())
    if isinstance(data, Mapping):
        return list(data)
    columns = getattr(data, "columns", None)
    if columns is None:
        kind = type(data).__name__
        raise DataError(
            f"cannot read a table from {kind}; give a DataFrame, a mapping of columns or an array"
        )
    return columns.tolist() if hasattr(columns, "tolist") else list(columns)


def _is_plain(data: Any) -> bool:
    return isinstance(data, np.ndarray) and data.dtype.names is None


def _distinct(names: Sequence[str]) -> Sequence[str]:
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        raise DataError(f"columns asked for more than once: {', '.join(twice)}; name each once")
    return names


def _unknown(name: str, labels: tuple[str, ...]) -> str:
    near = get_close_matches(name, labels, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    return f"no column {name!r} in the data{hint} (columns: {shown or 'none'})"


def _numeric(values: Any, name: str) -> NDArray[Any]:
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
        if _is_missing(cell):
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


def _is_missing(cell: Any) -> bool:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, float | np.floating) and bool(np.isnan(cell))


def _label_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_infinite(out: NDArray[np.float64], names: Sequence[str]) -> None:
    if np.isfinite(out).all() or not np.isinf(out).any():
        return
    raise DataError(
        f"infinite values: {_cells(np.isinf(out), names)}; recode them as missing or drop the rows"
    )


def _refuse_missing(out: NDArray[np.float64], names: Sequence[str]) -> None:
    missing = np.isnan(out)
    if missing.any():
        raise DataError(f"missing values: {_cells(missing, names)}; this analysis needs complete rows")


def _cells(flags: NDArray[np.bool_], names: Sequence[str]) -> str:
    places = np.argwhere(flags)
    shown = ", ".join(f"column {names[column]!r} row {row + 1}" for row, column in places[:LISTED])
    return shown + (f" and {len(places) - LISTED} more" if len(places) > LISTED else "")
