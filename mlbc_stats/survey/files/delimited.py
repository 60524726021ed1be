"""Text files whose cells a comma, semicolon, tab or bar separates."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from mlbc_stats.errors import ResponseError
from mlbc_stats.inert_text import GUARDED, restored
from mlbc_stats.survey.files.encoding import read_text
from mlbc_stats.survey.files.source import Records, Source

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 10_000_000
LONGEST_HEADER = 100_000
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?[ ,;]*(\r\n|\r|\n)", re.IGNORECASE)
"""First line by which Excel is told the separator; no row of the table."""
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def delimited(path: Path, encoding: str | None, delimiter: str | None) -> Source:
    """The rows of a text file. Text that was guarded against spreadsheets is read as it was before.

    Raises
    ------
    ResponseError
        for what `read_text` refuses; while rows are taken, for quotation marks that do not close.
    """
    text = read_text(path, encoding)
    told = SEPARATOR_LINE.match(text)
    start = told.end() if told else 0
    chosen = delimiter or (told[1] if told else _delimiter(text[start : start + LONGEST_HEADER]))
    records = _records(text, start, chosen, path.name)
    if not _guarded(text):
        return Source(records, chosen)
    note = (
        "text that began with an apostrophe before =, +, -, @ or a tab, which keeps spreadsheets from running it, is "
        "read without the apostrophe"
    )
    return Source(((line, [restored(cell) for cell in row]) for line, row in records), chosen, notes=(note,))


def delimiter_of(path: Path, encoding: str | None) -> str:
    """The separator of a text file as `delimited` finds it."""
    text = read_text(path, encoding)
    told = SEPARATOR_LINE.match(text)
    return told[1] if told else _delimiter(text[:LONGEST_HEADER])


def _guarded(text: str) -> bool:
    """Whether a cell may begin with an apostrophe and something that a spreadsheet would run."""
    return "'" in text and re.search(rf'(?:^|[,;\t|"\r\n]){GUARDED.pattern}', text) is not None


def _delimiter(text: str) -> str:
    """The separator that cuts the first record into the most cells; a comma when none cuts it."""
    start = text.lstrip("\r\n")

    def cells(mark: str) -> int:
        return len(next(csv.reader(StringIO(start, newline=""), delimiter=mark)))

    return max(DELIMITERS, key=cells)


def _records(text: str, begin: int, delimiter: str, source: str) -> Records:
    """Rows and the lines they start on; the text begins after the line that names the separator."""
    lines = (found[0] for found in LINE.finditer(text, begin))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    skipped = 1 if begin else 0
    start = 1 + skipped
    while True:
        try:
            row = _next(reader)
        except csv.Error as error:
            raise ResponseError(
                f"{source}, row at line {start}: {error}; "
                "look for a quotation mark that is not closed or not doubled"
            ) from None
        if row is None:
            return
        if row:
            yield start, row
        start = reader.line_num + 1 + skipped


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    """The next row with cells up to `LONGEST_CELL` characters, whatever the limit of others is."""
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(limit)
