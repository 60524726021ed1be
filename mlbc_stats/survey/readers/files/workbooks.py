"""Tables that are no text: Excel workbooks and SPSS files, as rows of text like those of a CSV file."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mlbc_stats.errors import ResponseError

WORKBOOK, SPSS = ".xlsx", ".sav"
ENDINGS = (WORKBOOK, SPSS)

Records = list[tuple[int, tuple[str, ...]]]
"""(row of the sheet or file, cells)."""


def workbook_records(path: Path) -> Records:
    """Rows of the first sheet that are not empty, with their row numbers.

    Raises
    ------
    ResponseError
        for a file that is no workbook.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ResponseError(f"{path.name}: no Excel workbook ({error}); save it as .xlsx or CSV") from None
    try:
        rows = [tuple(map(_cell, row)) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()
    filled = [(line, row) for line, row in enumerate(rows, 1) if any(row)]
    width = max((place for _, row in filled for place, cell in enumerate(row, 1) if cell), default=0)
    return [(line, (*row, *[""] * width)[:width]) for line, row in filled]


def spss_records(path: Path) -> tuple[Records, dict[str, str]]:
    """Header and cases of an SPSS file, codes as they stand, and the label of each variable.

    User-defined missing values keep their codes; the instrument says what they mean.

    Raises
    ------
    ResponseError
        for a file that SPSS did not write.
    """
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False)
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
        raise ResponseError(f"{path.name}: no SPSS file ({error}); export it again") from None
    names = tuple(str(name) for name in frame.columns)
    rows = [tuple(map(_cell, row)) for row in frame.itertuples(index=False)]
    labels = {name: label for name, label in zip(names, meta.column_labels, strict=True) if label}
    return [(0, names), *enumerate(rows, 1)], labels


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a decimal point, dates as ISO 8601, nothing as nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
