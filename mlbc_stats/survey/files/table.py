"""Split an export (CSV, workbook, SPSS file, ...) into columns of text, each row with its line in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.number_text import is_number
from mlbc_stats.survey.files.columns import Column, split
from mlbc_stats.survey.files.delimited import delimited
from mlbc_stats.survey.files.limits import check_cells, check_width
from mlbc_stats.survey.files.source import Source
from mlbc_stats.survey.files.workbooks import READERS

LISTED = 20
"""Rows that one message lists; all of them are its findings."""


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """Cells of a file as text: nothing stripped, converted or dropped, except rows without any answer.

    Attributes
    ----------
    source : name of the file.
    names : (c,) column names.
    columns : (c,) cells of each column.
    lines : (n,) 1-based line of the file on which each row starts.
    labels : column → text that the file gives it beside its name (SPSS).
    blank : rows without any cell filled, which are left out.
    notes : what reading the file had to decide, in words.
    """

    source: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: np.ndarray
    labels: Mapping[str, str] = field(default_factory=dict)
    blank: int = 0
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.lines)

    def coded(self, name: str) -> Column:
        """One column.

        Raises
        ------
        ResponseError
            when there is no such column.
        """
        if name not in self.names:
            raise ResponseError(f"{self.source}: no column {name!r}{did_you_mean(name, self.names)}")
        return self.columns[self.names.index(name)]

    def column(self, name: str) -> tuple[str, ...]:
        """Cells of one column, top to bottom."""
        return self.coded(name).cells

    def row(self, place: int) -> tuple[str, ...]:
        """Cells of one row, left to right."""
        return tuple(column.texts[column.places[place]] for column in self.columns)

    def rows(self, kept: np.ndarray | slice) -> RawTable:
        """Some rows of the table, by a mask or a slice."""
        columns = tuple(column.rows(kept) for column in self.columns)
        return replace(self, columns=columns, lines=self.lines[kept])

    def with_columns(self, changed: Mapping[str, Column]) -> RawTable:
        """The table with columns replaced, and new ones behind the others."""
        known = dict(zip(self.names, self.columns, strict=True)) | dict(changed)
        return replace(self, names=tuple(known), columns=tuple(known.values()))

    def without(self, names: Set[str]) -> RawTable:
        """The table without some columns."""
        kept = {
            name: column for name, column in zip(self.names, self.columns, strict=True) if name not in names
        }
        return replace(self, names=tuple(kept), columns=tuple(kept.values()))


def read_table(
    path: str | Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    row_names: str = "",
    repeatable: Set[str] = frozenset(),
) -> RawTable:
    """Read a delimited file, a workbook (.xlsx), an SPSS file (.sav), JSON lines (.jsonl) or Parquet (.parquet).

    The first filled row names the columns.

    Parameters
    ----------
    path : file to read.
    encoding : name of the encoding; by default the byte-order mark decides, else UTF-8.
    delimiter : column separator; by default the one that a first line ``sep=;`` names, else the one of
        ``, ; tab |`` that splits the header most.
    row_names : what to call a first column without a name, as R and pandas write row names; refused when empty.
    repeatable : names that may occur again; the second is read as ``name_2``, the third as ``name_3``.

    Raises
    ------
    ResponseError
        for an unreadable file, a file beyond the limits of size, width and expansion, a header of numbers or without
        names, repeated names, and rows longer or shorter than the header (all of them, by line).
    """
    place = Path(path)
    source = _opened(place, encoding, delimiter)
    header_line, header = next(source.records, (0, ()))
    if not header:
        raise ResponseError(f"{place.name}: the file holds no header and no answers")
    check_width(place.name, len(header))
    names = tuple(name.strip() for name in header)
    names = _numbered((names[0] or row_names, *names[1:]), repeatable)
    _check_names(names, place.name, header_line)
    rows = _Rows(source, place.name, len(names))
    columns = split(iter(rows), len(names))
    _check_lengths(rows.wrong, len(names), place.name, source.delimiter)
    table = RawTable(
        place.name,
        names,
        columns,
        np.array(rows.lines, dtype=np.int64),
        source.labels,
        rows.blank,
        source.notes,
    )
    return _without_unnamed(table, header_line)


def _opened(place: Path, encoding: str | None, delimiter: str | None) -> Source:
    ending = place.suffix.lower()
    reader: Callable[[Path], Source] | None = READERS.get(ending)
    if reader is None:
        return delimited(place, encoding, delimiter)
    if not place.is_file():
        raise ResponseError(f"{place}: no such file")
    return reader(place)


class _Rows:
    """The rows below the header, blank ones left out and those of another length put aside."""

    def __init__(self, source: Source, name: str, width: int) -> None:
        self.source, self.name, self.width = source, name, width
        self.lines: list[int] = []
        self.wrong: list[tuple[int, int]] = []
        self.blank = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for line, row in self.source.records:
            if len(row) != self.width:
                self.wrong.append((line, len(row)))
            elif any(cell.strip() for cell in row):
                self.lines.append(line)
                yield row
            else:
                self.blank += 1
            check_cells(self.name, len(self.lines), self.width)


def _numbered(names: tuple[str, ...], repeatable: Set[str]) -> tuple[str, ...]:
    """Names with the second and later copies of repeatable ones numbered."""
    seen = Counter[str]()
    numbered: list[str] = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name}_{seen[name]}" if name in repeatable and seen[name] > 1 else name)
    return tuple(numbered)


def _check_names(names: tuple[str, ...], source: str, line: int) -> None:
    if all(is_number(name) for name in names):
        raise ResponseError(
            f"{source}, line {line}: the first row holds numbers, so the columns have no names, and none are made up; "
            "put the names of the columns into the first row"
        )
    repeated = [name for name, times in Counter(names).items() if name and times > 1]
    if repeated:
        raise ResponseError(
            f"{source}, line {line}: column names occur more than once: {', '.join(repeated[:LISTED])}"
            + (f" and {len(repeated) - LISTED} more" if len(repeated) > LISTED else "")
            + "; rename or remove the copies",
            tuple(f"line {line}: column {name} occurs more than once" for name in repeated),
        )


def _without_unnamed(table: RawTable, line: int) -> RawTable:
    """Drop unnamed blank columns (a separator too many on every line); refuse those that hold answers."""
    unnamed = [position for position, name in enumerate(table.names) if not name]
    held = [
        str(position + 1)
        for position in unnamed
        if any(text.strip() for text in table.columns[position].texts)
    ]
    if held:
        raise ResponseError(
            f"{table.source}, line {line}: columns with answers but without a name at position "
            f"{', '.join(held)}; name them in the header"
        )
    keep = [position for position, name in enumerate(table.names) if name]
    return replace(
        table,
        names=tuple(table.names[position] for position in keep),
        columns=tuple(table.columns[position] for position in keep),
    )


def _check_lengths(wrong: list[tuple[int, int]], width: int, source: str, delimiter: str) -> None:
    if not wrong:
        return
    found = tuple(f"row {line}: {cells} cells" for line, cells in wrong)
    more = f" and {len(wrong) - LISTED} more" if len(wrong) > LISTED else ""
    remedy = "Quote cells that hold the separator, or name the separator"
    if delimiter == "," and all(cells > width for _, cells in wrong):
        remedy += "; numbers with a decimal comma need another separator, such as a semicolon"
    raise ResponseError(
        f"{source}: {counted(len(wrong), 'row')} longer or shorter than the header of {width} cells: "
        f"{'; '.join(found[:LISTED])}{more}. {remedy}",
        found,
    )
