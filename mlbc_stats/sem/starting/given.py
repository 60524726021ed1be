"""Start from values that a user has: another fit, or a table of estimates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.columns import column_names
from mlbc_stats.sem.specification.levels import marked
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

SCHEMES = ("default", "simple", "mplus", "Mplus")
"""lavaan's own ways to start; here there is one, with further starts where it fails."""

VALUES = ("est", "start", "ustart")
"""Columns that hold values, the first that a table has."""


def with_starts(table: ParameterTable, start: Any) -> ParameterTable:
    """The table with these starting values; those written in the model win, rows of other models are passed over.

    Parameters
    ----------
    start : a fit (its `parameters`), or a table with lhs, op, rhs, one of est, start, ustart and, with several groups
        or levels, group or level; None and lavaan's names of schemes change nothing.

    Raises
    ------
    ModelError
        for anything else.

    Notes
    -----
    In R: ``sem(model, data, start = fit)``.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> table = build_table(parse("f =~ a + b + c"))
    >>> values = {"lhs": ["f", "g"], "op": ["=~", "~~"], "rhs": ["b", "g"], "est": [0.7, 1.0]}
    >>> [row.start for row in with_starts(table, values).parameters[:3]]
    [None, 0.7, None]
    """
    if start is None or (isinstance(start, str) and start in SCHEMES):
        return table
    given = getattr(start, "parameters", start)
    if isinstance(given, str | int | float | bool):
        raise ModelError(f"start={start!r}: expected a fit, or a table with lhs, op, rhs and est")
    names = column_names(given)
    column = next((name for name in VALUES if name in names), None)
    if column is None or not {"lhs", "op", "rhs"} <= set(names):
        raise ModelError(f"start: expected columns lhs, op, rhs and one of {', '.join(VALUES)}")
    unknown = [None] * len(list(given["lhs"]))
    groups, levels = (list(given[name]) if name in names else unknown for name in ("group", "level"))
    rows = zip(given["lhs"], given["op"], given["rhs"], groups, levels, given[column], strict=True)
    values: dict[tuple[str, str, str, int], float] = {}
    for lhs, op, rhs, group, level, value in rows:
        if value is not None and value == value:
            ends = [marked(str(name)) if level == 2 else str(name) for name in (lhs, rhs)]
            for number in range(1, table.n_groups + 1) if group is None else (int(group),):
                values[_key(ends[0], str(op), ends[1], number)] = float(value)
    return replace(table, parameters=tuple(_started(row, values) for row in table.parameters))


def _started(row: Parameter, values: dict[tuple[str, str, str, int], float]) -> Parameter:
    value = values.get(_key(row.lhs, row.op, row.rhs, row.group))
    return replace(row, start=value) if row.free and row.start is None and value is not None else row


def _key(lhs: str, op: str, rhs: str, group: int) -> tuple[str, str, str, int]:
    lhs, rhs = sorted((lhs, rhs)) if op == "~~" else (lhs, rhs)
    return lhs, op, rhs, group
