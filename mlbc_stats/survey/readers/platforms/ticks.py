"""Questions with several answers that an export spreads over one column per answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from mlbc_stats.survey.files.columns import Column, column_of
from mlbc_stats.survey.files.table import RawTable

TICKED = frozenset({"1", "true", "checked", "yes", "1.0"})
UNTICKED = frozenset({"0", "false", "unchecked", "no", "0.0", ""})


def merged_ticks(
    table: RawTable, form: re.Pattern[str], code: Callable[[str], str] = str
) -> tuple[RawTable, tuple[str, ...]]:
    """The table with one more column per question, which holds the codes ticked with blanks between them.

    Parameters
    ----------
    form : of the names, with the groups ``name`` and ``code``; a question needs two such columns of ticks.
    code : what the name says → the code.

    Notes name the questions put together. A column of the question's own name stays as it is.
    """
    found: dict[str, dict[str, str]] = {}
    for name in table.names:
        parts = form.fullmatch(name)
        if parts and parts["name"] not in table.names and _is_ticks(table.coded(name)):
            found.setdefault(parts["name"], {})[code(parts["code"])] = name
    several = {name: columns for name, columns in found.items() if len(columns) > 1}
    if not several:
        return table, ()
    whole = table.with_columns({name: _together(table, columns) for name, columns in several.items()})
    shown = ", ".join(several)
    return whole, (f"columns of single answers are put together as one column of codes: {shown}",)


def _is_ticks(column: Column) -> bool:
    return all(text.strip().casefold() in TICKED | UNTICKED for text in column.texts)


def _together(table: RawTable, columns: dict[str, str]) -> Column:
    """Codes of all ticked columns, in their order."""
    cells = np.full(table.n, "", dtype=object)
    for code, name in columns.items():
        column = table.coded(name)
        ticked = np.array([text.strip().casefold() in TICKED for text in column.texts], dtype=bool)[
            column.places
        ]
        cells[ticked] += f" {code}"
    return column_of(cell.strip() for cell in cells.tolist())
