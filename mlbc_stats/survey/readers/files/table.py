"""Split an export (CSV, workbook, SPSS file) into a header and rows of strings, each with its line in the file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

from mlbc_stats.errors import ResponseError
from mlbc_stats.number_text import is_number
from mlbc_stats.survey.readers.files.encoding import read_text
from mlbc_stats.survey.readers.files.workbooks import (
    ENDINGS,
    SPSS,
    WORKBOOK,
    Records,
    spss_records,
    workbook_records,
)

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 10_000_000
LONGEST_HEADER = 100_000
LISTED = 5
"""Rows that one message lists."""
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?[ ,;]*(\r\n|\r|\n)", re.IGNORECASE)
"""First line by which Excel is told the separator; no row of the table."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Cells of a file as text: nothing stripped, converted or dropped, except rows without any answer.

    Attributes
    ----------
    source : name of the file.
    names : (c,) column names.
    rows : (n,) tuples of c cells.
    lines : (n,) 1-based line of the file on which each row starts.
    labels : column → text that the file gives it beside its name (SPSS).
    """

    source: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> tuple[str, ...]:
        """Cells of one column, top to bottom."""
        position = self.names.index(name)
        return tuple(row[position] for row in self.rows)


def read_table(
    path: str | Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    row_names: str = "",
    repeatable: Set[str] = frozenset(),
) -> RawTable:
    """Read a delimited file, a workbook (.xlsx) or an SPSS file (.sav); the first filled row names the columns.

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
        for an unreadable file, a header of numbers or without names, repeated names, and rows longer or shorter
        than the header (the first of them, by line).
    """
    place = Path(path)
    records, chosen, labels = _read(place, encoding, delimiter)
    if not records:
        raise ResponseError(f"{place.name}: the file holds no header and no answers")
    header_line, header = records[0]
    names = tuple(name.strip() for name in header)
    names = _numbered((names[0] or row_names, *names[1:]), repeatable)
    _check_names(names, place.name, header_line)
    _check_lengths(records[1:], len(names), place.name, chosen)
    filled = [(line, row) for line, row in records[1:] if any(cell.strip() for cell in row)]
    table = RawTable(
        place.name, names, tuple(row for _, row in filled), tuple(line for line, _ in filled), labels
    )
    return _without_unnamed(table, header_line)


def _read(place: Path, encoding: str | None, delimiter: str | None) -> tuple[Records, str, Mapping[str, str]]:
    """Records with their lines, the separator between cells, and the labels of columns."""
    ending = place.suffix.lower()
    if ending in ENDINGS and not place.is_file():
        raise ResponseError(f"{place}: no such file")
    if ending == WORKBOOK:
        return workbook_records(place), "", {}
    if ending == SPSS:
        records, labels = spss_records(place)
        return records, "", labels
    text = read_text(place, encoding)
    told = SEPARATOR_LINE.match(text)
    body = text[told.end() :] if told else text
    chosen = delimiter or (told[1] if told else _delimiter(body))
    return _records(body, chosen, place.name, skipped=1 if told else 0), chosen, {}


def delimiter_of(path: Path, encoding: str | None) -> str:
    """The separator of a text file as `read_table` finds it."""
    text = read_text(path, encoding)
    told = SEPARATOR_LINE.match(text)
    return told[1] if told else _delimiter(text)


def _delimiter(text: str) -> str:
    """The separator that cuts the first record into the most cells; a comma when none cuts it."""
    start = text.lstrip("\r\n")[:LONGEST_HEADER]

    def cells(mark: str) -> int:
        return len(next(csv.reader(StringIO(start, newline=""), delimiter=mark)))

    return max(DELIMITERS, key=cells)


def _records(text: str, delimiter: str, source: str, skipped: int) -> Records:
    """Records and the lines they start on, `skipped` lines of the file before the text."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: Records = []
    limit = csv.field_size_limit(LONGEST_CELL)
    start = 1 + skipped
    try:
        for row in reader:
            if row:
                records.append((start, tuple(row)))
            start = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise ResponseError(
            f"{source}, row at line {start}: {error}; "
            "look for a quotation mark that is not closed or not doubled"
        ) from None
    finally:
        csv.field_size_limit(limit)
    return records


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
            f"{source}, line {line}: column names occur more than once: {', '.join(repeated)}; "
            "rename or remove the copies"
        )


def _without_unnamed(table: RawTable, line: int) -> RawTable:
    """Drop unnamed blank columns (a separator too many on every line); refuse those that hold answers."""
    unnamed = [position for position, name in enumerate(table.names) if not name]
    held = [str(position + 1) for position in unnamed if any(row[position].strip() for row in table.rows)]
    if held:
        raise ResponseError(
            f"{table.source}, line {line}: columns with answers but without a name at position "
            f"{', '.join(held)}; name them in the header"
        )
    keep = [position for position, name in enumerate(table.names) if name]
    rows = tuple(tuple(row[position] for position in keep) for row in table.rows) if unnamed else table.rows
    return replace(table, names=tuple(table.names[position] for position in keep), rows=rows)


def _check_lengths(
    records: list[tuple[int, tuple[str, ...]]], width: int, source: str, delimiter: str
) -> None:
    wrong = [(line, row) for line, row in records if len(row) != width]
    if not wrong:
        return
    listed = "; ".join(f"row {line}: {len(row)} cells" for line, row in wrong[:LISTED])
    more = f" and {len(wrong) - LISTED} more" if len(wrong) > LISTED else ""
    remedy = "Quote cells that hold the separator, or name the separator"
    if delimiter == "," and all(len(row) > width for _, row in wrong):
        remedy += "; numbers with a decimal comma need another separator, such as a semicolon"
    raise ResponseError(
        f"{source}: {len(wrong)} row(s) are longer or shorter than the header of {width} cells: "
        f"{listed}{more}. {remedy}"
    )
