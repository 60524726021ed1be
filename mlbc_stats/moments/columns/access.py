"""Find the columns of any table by name: data frame, mapping of arrays, structured array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.near_names import did_you_mean

_TWICE = object()


def column_names(data: Any) -> tuple[str, ...]:
    """Names of a table's columns, in its order.

    Examples
    --------
    >>> column_names({"x1": [1, 2], "x2": [3, 4]})
    ('x1', 'x2')
    >>> column_names(np.zeros((3, 2)))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mlbc_stats.errors.DataError: a plain array (3 × 2) has no names for its columns; ...
    """
    return tuple(column_labels(data))


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
    labels = column_labels(data) if labels is None else labels
    if name not in labels:
        raise DataError(_unknown(name, tuple(labels)))
    key = labels[name]
    if key is _TWICE:
        raise DataError(f"{name!r} names more than one column of the data; rename or drop the duplicates")
    return data[key]


def column_labels(data: Any) -> dict[str, Any]:
    """Column name as text → what the table itself calls it (or the mark of a duplicated name)."""
    keys = _keys(data)
    labels = {str(key): key for key in keys}
    if len(labels) < len(keys):
        names = [str(key) for key in keys]
        labels |= {name: _TWICE for name in labels if names.count(name) > 1}
    return labels


def _keys(data: Any) -> list[Any]:
    if isinstance(data, np.ndarray) and data.dtype.names is None:
        raise DataError(
            f"a plain array ({' × '.join(map(str, data.shape))}) has no names for its columns; give them: "
            "pandas.DataFrame(array, columns=[...])"
        )
    if isinstance(data, np.ndarray):
        return list(data.dtype.names or ())
    if isinstance(data, Mapping):
        return list(data)
    columns = getattr(data, "columns", None)
    if columns is None:
        kind = type(data).__name__
        raise DataError(
            f"cannot read a table from {kind}; give a DataFrame, a mapping of columns or a structured array"
        )
    return columns.tolist() if hasattr(columns, "tolist") else list(columns)


def _unknown(name: str, labels: tuple[str, ...]) -> str:
    hint = did_you_mean(name, labels, most=1)
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    return f"no column {name!r} in the data{hint} (columns: {shown or 'none'})"
