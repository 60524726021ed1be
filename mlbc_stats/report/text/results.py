"""The tables of a study by name, whose numbers remember where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlbc_stats.errors import StudyError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.report.numbers import MINUS, format_value, is_missing
from mlbc_stats.report.tables.stored import restored
from mlbc_stats.report.tables.table import Table

Column = str | tuple[str, int]
"""A heading, or a heading and which of the columns under it is meant, from 1."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One number as it was written: the text, the value, its table (``stage/table``), row and column."""

    text: str
    value: object
    place: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Number:
    """One value of a table; writing it is recorded.

    Examples
    --------
    >>> book: list[Shown] = []
    >>> Number(0.998, "measurement/fit", "S1", "CFI", book).shown("bounded"), book[0].column
    ('.998', 'CFI')
    """

    value: Any
    place: str
    row: str
    column: str
    book: list[Shown]

    def shown(self, kind: str = "auto") -> str:
        """The value as text (`report.format_value`); StudyError where there is none."""
        if is_missing(self.value):
            raise StudyError(f"{self.place}, row {self.row!r}, column {self.column!r}: holds no value")
        text = format_value(self.value, kind, MINUS)
        self.book.append(Shown(text, self.value, self.place, self.row, self.column))
        return text

    @property
    def there(self) -> bool:
        """Whether there is a value."""
        return not is_missing(self.value)


@dataclass(frozen=True, slots=True)
class Results:
    """Every table of a study, and the record of the numbers taken from them.

    Attributes
    ----------
    tables : ``stage/table`` → table; titles : stage → its heading.
    manifest : record of the run; synthetic : True when no respondent gave the answers.
    figures : ``stage/figure`` → what it shows.
    book : every number written so far.

    Examples
    --------
    >>> table = Table("Fit", ("model", "CFI"), (("S1",), (0.998,)))
    >>> results = Results({"structure/fit": table}, synthetic=True)
    >>> results.show("structure/fit", "S1", "CFI", "bounded"), results.book[0].place
    ('.998', 'structure/fit')
    """

    tables: Mapping[str, Table]
    titles: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = False
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    book: list[Shown] = field(default_factory=list)

    def has(self, place: str) -> bool:
        """Whether there is such a table, with a row at least."""
        return place in self.tables and bool(self.tables[place].rows())

    def table(self, place: str) -> Table:
        """One table; StudyError with the nearest name where there is none."""
        if place not in self.tables:
            raise StudyError(f"no table {place!r} in these results{did_you_mean(place, self.tables)}")
        return self.tables[place]

    def rows(self, place: str) -> tuple[str, ...]:
        """What names the rows of a table: its first column, as text."""
        return tuple(str(value) for value in self.table(place).columns[0])

    def number(self, place: str, row: str | tuple[str, ...] | int, column: Column) -> Number:
        """One value by row (what its first columns say, or its number from 0) and column.

        Raises
        ------
        StudyError
            no such table, row or column, or several columns under one heading.
        """
        table = self.table(place)
        line = _row_of(table, row, place)
        where = column_of(table, column, place)
        name = str(table.columns[0][line])
        shown = column if isinstance(column, str) else f"{column[0]} ({column[1]})"
        return Number(table.columns[where][line], place, name, shown, self.book)

    def show(self, place: str, row: str | tuple[str, ...] | int, column: Column, kind: str = "auto") -> str:
        """One value as text, recorded."""
        return self.number(place, row, column).shown(kind)

    def text(self, place: str, row: str | tuple[str, ...] | int, column: Column) -> str:
        """What a cell says in words; "" where it is empty."""
        value = self.number(place, row, column).value
        return "" if is_missing(value) else str(value)

    def values(self, place: str, column: Column) -> tuple[Any, ...]:
        """One column, missing values left out."""
        table = self.table(place)
        return tuple(v for v in table.columns[column_of(table, column, place)] if not is_missing(v))

    def extreme(self, place: str, column: Column, largest: bool = False) -> Number:
        """The smallest or the largest number of a column, with its row."""
        table = self.table(place)
        where = column_of(table, column, place)
        known = [line for line, value in enumerate(table.columns[where]) if not is_missing(value)]
        if not known:
            raise StudyError(f"{place}, column {column!r}: holds no value")
        chosen = (max if largest else min)(known, key=lambda line: _size(table.columns[where][line]))
        return self.number(place, chosen, column)


def read_results(folder: Path) -> Results:
    """The results that a run wrote into a folder.

    Raises
    ------
    StudyError
        when there is no ``results.json`` of a run, or one of another version.

    Examples
    --------
    >>> read_results(Path("no-such-folder"))
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: no-such-folder: holds no results of a study; run it first: mlbc study run
    """
    try:
        content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        stages = content["stages"]
        tables = {
            f"{stage}/{name}": restored(table, name)
            for stage, found in stages.items()
            for name, table in found["tables"].items()
        }
        figures = {
            f"{stage}/{name}": figure
            for stage, found in stages.items()
            for name, figure in found["figures"].items()
        }
        titles = {stage: found["title"] for stage, found in stages.items()}
        return Results(tables, titles, content["manifest"], bool(content["synthetic"]), figures)
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(f"{folder}: holds no results of a study; run it first: mlbc study run") from None


def column_of(table: Table, column: Column, place: str = "") -> int:
    """Where a column stands: by its heading, by ``heading over columns: heading``, or by heading and count."""
    name, count = (column, 0) if isinstance(column, str) else column
    found = [at for at, heading in enumerate(full_headings(table)) if heading == name]
    found = found or [at for at, heading in enumerate(table.header) if heading == name]
    if count and len(found) >= count:
        return found[count - 1]
    if len(found) == 1:
        return found[0]
    known = ", ".join(full_headings(table))
    what = "several columns" if found else "no column"
    raise StudyError(f"{place or table.title}: {what} {name!r}; there are {known}")


def full_headings(table: Table) -> tuple[str, ...]:
    """Headings with what stands over them before a colon."""
    over = {at: s.label for s in table.spanners for at in range(s.first, s.last + 1)}
    return tuple(f"{over[at]}: {name}" if at in over else name for at, name in enumerate(table.header))


def _row_of(table: Table, row: str | tuple[str, ...] | int, place: str) -> int:
    if isinstance(row, int):
        return row
    wanted = (row,) if isinstance(row, str) else row
    for line, values in enumerate(table.rows()):
        if tuple(map(str, values[: len(wanted)])) == wanted:
            return line
    known = ", ".join(dict.fromkeys(str(value) for value in table.columns[0]))
    raise StudyError(f"{place}: no row {row!r}; there are {known[:300]}")


def _size(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def numbers_of(book: list[Shown]) -> Iterator[tuple[str, ...]]:
    """The record as rows of text: as written, in full, where from; each once."""
    seen: set[tuple[str, ...]] = set()
    for entry in book:
        row = (entry.text, _full(entry.value), entry.place, entry.row, entry.column)
        if row not in seen:
            seen.add(row)
            yield row


def _full(value: object) -> str:
    return (
        "; ".join(map(repr, value))
        if isinstance(value, tuple)
        else (value if isinstance(value, str) else repr(value))
    )
