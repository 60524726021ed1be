"""Read numeric columns from any table: data frame, mapping of arrays, structured array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns.access import column, column_labels
from mlbc_stats.moments.columns.numbers import LISTED, is_missing, number_columns


def read_columns(data: Any, names: Sequence[str], allow_missing: bool = True) -> NDArray[np.float64]:
    """Numeric columns of a table as one float array, missing values as NaN.

    Parameters
    ----------
    data : pandas or polars DataFrame, mapping of name to one-dimensional values, or structured array.
    names : columns to read, in the order wanted.
    allow_missing : when false, a missing value is an error.

    Returns
    -------
    values : array [n, len(names)], a copy; booleans become 0 and 1; None, NaN and pandas.NA become NaN.

    Raises
    ------
    DataError
        unknown name (with the nearest one), a name asked for twice or held by two columns, text or dates in a
        column (with row and value), text that may be two numbers (``1,540``), infinite values, columns of
        different length.

    Notes
    -----
    Numbers written as text are read as `mlbc_stats.number_text` says. In R: ``data.matrix(data[names])`` for
    numeric columns.

    Examples
    --------
    >>> read_columns({"x1": [1, 2, None], "x2": [True, False, True]}, ["x2", "x1"]).tolist()
    [[1.0, 1.0], [0.0, 2.0], [1.0, nan]]
    """
    labels = column_labels(data)
    columns = number_columns({name: column(data, name, labels) for name in _distinct(names)})
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
    """Columns of a table as `read_columns` reads them, ordered categories of text by their position (from 1).

    In R: ``data.matrix(data[names])`` with ordered factors.

    Examples
    --------
    >>> import pandas as pd
    >>> mood = pd.Categorical(["low", "high", None], categories=["low", "high"], ordered=True)
    >>> read_categories({"mood": pd.Series(mood)}, ["mood"])[:, 0].tolist()
    [1.0, 2.0, nan]
    """
    labels = column_labels(data)
    held = {name: column(data, name, labels) for name in names}
    coded = {name: _positions(values) for name, values in held.items()}
    table = {name: values if coded[name] is None else coded[name] for name, values in held.items()}
    return read_columns(table, names)


def ordered_columns(data: Any, names: Iterable[str]) -> set[str]:
    """Those of a table's columns that declare ordered categories; unknown names are passed over.

    Examples
    --------
    >>> import pandas as pd
    >>> mood = pd.Categorical(["low", "high"], categories=["low", "high"], ordered=True)
    >>> ordered_columns(pd.DataFrame({"mood": mood, "age": [30, 40]}), ["mood", "age", "sex"])
    {'mood'}
    """
    labels = column_labels(data)
    dtypes: Any = getattr(data, "dtypes", None)
    if hasattr(dtypes, "tolist"):  # a data frame tells the types of all columns at once
        ordered = {
            str(key) for key, dtype in zip(data.columns, dtypes.tolist(), strict=True) if _ordered(dtype)
        }
        return {name for name in names if name in ordered}
    return {
        name
        for name in names
        if name in labels and _ordered(getattr(column(data, name, labels), "dtype", None))
    }


def _ordered(dtype: Any) -> bool:
    """Whether a column's type declares its categories ordered (as a pandas Categorical can)."""
    return bool(getattr(dtype, "ordered", False))


def _positions(values: Any) -> NDArray[np.float64] | None:
    """Positions (n,) of ordered categories that are not numbers themselves, else None."""
    dtype: Any = getattr(values, "dtype", None)
    if not _ordered(dtype) or all(isinstance(each, int | float) for each in dtype.categories):
        return None
    codes = np.asarray(getattr(values, "cat", values).codes, dtype=float)
    return np.where(codes < 0, np.nan, codes + 1)


def read_labels(data: Any, name: str) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Codes and labels of a grouping column, groups in order of appearance as in lavaan.

    Parameters
    ----------
    data : a table as in `read_columns`.
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
    held = [value for value in seen if not is_missing(value)]
    number = dict.fromkeys(seen, -1) | {value: code for code, value in enumerate(held)}
    codes = np.fromiter((number[value] for value in values), np.intp, len(values))
    return codes, tuple(_label_text(value) for value in held)


def _distinct(names: Sequence[str]) -> Sequence[str]:
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        raise DataError(f"columns asked for more than once: {', '.join(twice)}; name each once")
    return names


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
