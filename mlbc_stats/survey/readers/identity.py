"""Which columns of an export say who answered about what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.guarding import Guarding

LISTED, COLUMNS = 5, 12
"""Ids that a note lists, and columns that a message does."""


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """The columns that say who answered about what, and the ids in them, as text."""

    columns: tuple[str, ...]
    case_ids: np.ndarray
    unit_ids: np.ndarray
    notes: tuple[str, ...] = ()
    unit_column: str = ""


def identify(export: Export, id_column: str | None, unit_column: str | None, guarding: Guarding) -> Identity:
    """Ids of cases and units; addresses among them are hidden as `guarding` says.

    Raises
    ------
    ResponseError
        for a column that is not there, and rows without an id.
    """
    case_column = find_column(export, id_column, export.ids, "id_column")
    place = find_column(export, unit_column, export.units, "unit_column")
    lines = [str(line) for line in export.table.lines]
    cases = _ids(export, case_column) if case_column else lines
    units = _ids(export, place) if place else cases
    used = tuple(name for name in (case_column, place) if name)
    cases, hidden = guarding.ids(cases, "cases")
    units, told = guarding.ids(units, "units") if place else (cases, ())
    notes = (*_named(case_column, place), *hidden, *told, *_repeated(cases, case_column))
    return Identity(used, np.array(cases, dtype=object), np.array(units, dtype=object), notes, place or "")


def _named(case_column: str | None, unit_column: str | None) -> tuple[str, ...]:
    cases = f"cases are named by column {case_column}" if case_column else "cases are named by their lines"
    units = f"units by column {unit_column}" if unit_column else "every case is a unit of its own"
    return (f"{cases}, {units}",)


def _repeated(cases: list[str], column: str | None) -> tuple[str, ...]:
    again = [name for name, count in Counter(cases).items() if count > 1]
    if not again:
        return ()
    return (
        f"{counted(len(again), 'id')} of column {column} found more than once: {_first(again, LISTED)}; "
        "screening marks them",
    )


def _first(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def find_column(export: Export, asked: str | None, usual: tuple[str, ...], argument: str) -> str | None:
    names = export.table.names
    if asked is not None and asked not in names:
        raise ResponseError(
            f"{export.table.source}: {argument}={asked!r} is not a column{did_you_mean(asked, names)}; "
            f"the file has {_first(names, COLUMNS)}"
        )
    plain_names = {_squeezed(name): name for name in reversed(names)}
    return asked or next((plain_names[name] for name in map(_squeezed, usual) if name in plain_names), None)


def _squeezed(name: str) -> str:
    """A name without case, blanks, hyphens and underscores: SolutionID is solution_id."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _ids(export: Export, column: str) -> list[str]:
    """Ids as text, so that 007 and NA stay what they are."""
    ids = [cell.strip() for cell in export.table.column(column)]
    empty = [str(line) for line, cell in zip(export.table.lines, ids, strict=True) if not cell]
    if empty:
        raise ResponseError(
            f"{export.table.source}: no id in column {column} in row {', '.join(empty)}; "
            "fill them in or name another column"
        )
    return ids
