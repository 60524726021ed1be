"""Write a table's columns as CSV, unrounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from mlbc_stats.inert_text import inert
from mlbc_stats.report.numbers import is_missing

OPERATORS = ("=~", "==")
"""Of lavaan's syntax; no spreadsheet makes a formula of them."""


def csv_table(header: Sequence[str], columns: Sequence[Sequence[object]]) -> str:
    """Columns as CSV (RFC 4180, line ends ``\\n``): every number in full precision, missing values empty.

    A pair (lower, upper) becomes two columns. Text that a spreadsheet would run as a formula has an apostrophe before
    it; lavaan's operators ``=~`` and ``==`` stand as they are.

    Examples
    --------
    >>> print(csv_table(["name", "est"], [["x", "y, z"], [0.1 + 0.2, None]]))
    name,est
    x,0.30000000000000004
    "y, z",
    <BLANKLINE>
    """
    names, flat = _flatten(header, columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(zip(*flat, strict=True))
    return buffer.getvalue()


def _flatten(
    header: Sequence[str], columns: Sequence[Sequence[object]]
) -> tuple[list[str], list[list[object]]]:
    names: list[str] = []
    flat: list[list[object]] = []
    for name, column in zip(header, columns, strict=True):
        if any(isinstance(value, tuple | list) for value in column):
            names += [f"{name}_lower", f"{name}_upper"]
            flat += [[_bound(value, 0) for value in column], [_bound(value, 1) for value in column]]
        else:
            names.append(name)
            flat.append([_plain(value) for value in column])
    return names, flat


def _bound(value: object, position: int) -> object:
    return _plain(value[position]) if isinstance(value, tuple | list) else _plain(value)


def _plain(value: object) -> object:
    """The value as Python writes it: numpy's scalars lose their type's name, missing becomes empty."""
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return value if value in OPERATORS else inert(value)
    item = getattr(value, "item", None)
    return item() if callable(item) else value
