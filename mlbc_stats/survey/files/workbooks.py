"""Excel workbooks, SPSS files and Parquet, as rows of text like those of a CSV file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.json_lines import json_lines
from mlbc_stats.survey.files.limits import check_archive, check_size
from mlbc_stats.survey.files.source import Records, Source

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK, SPSS, PARQUET = ".xlsx", ".sav", ".parquet"


def workbook(path: Path) -> Source:
    """Rows of the first sheet that are not empty, with their row numbers.

    Raises
    ------
    ResponseError
        for a file that is no workbook, declares entities, or unpacks to far more than it is.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        check_archive(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        if not book.worksheets:
            raise ResponseError(f"{path.name}: the workbook has no sheet with cells")
        sheets = [sheet.title for sheet in book.worksheets]
        rows = [tuple(map(_cell, row)) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise ResponseError(f"{path.name}: no Excel workbook ({error}); save it as .xlsx or CSV") from None
    notes = (f"sheet {sheets[0]} is read; not {', '.join(sheets[1:])}",) if len(sheets) > 1 else ()
    return Source(_filled(rows), notes=notes)


def _filled(rows: list[tuple[str, ...]]) -> Records:
    """Rows of one width, without trailing columns and rows that hold nothing."""
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell), default=0)
    for line, row in enumerate(rows, 1):
        if any(row):
            yield line, (*row, *[""] * width)[:width]


def spss(path: Path) -> Source:
    """Header and cases of an SPSS file, codes as they stand, and the label of each variable.

    User-defined missing values keep their codes; the instrument says what they mean.

    Raises
    ------
    ResponseError
        for a file that SPSS did not write.
    """
    import pyreadstat

    check_size(path)
    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, apply_value_formats=False)
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
        raise ResponseError(f"{path.name}: no SPSS file ({error}); export it again") from None
    names = tuple(str(name) for name in frame.columns)
    labels = {name: label for name, label in zip(names, meta.column_labels, strict=True) if label}
    return Source(_framed(frame, 0), labels=labels)


def parquet(path: Path) -> Source:
    """Header and rows of a Parquet file; pandas reads it by pyarrow (extra ``parquet``).

    Raises
    ------
    ResponseError
        when pyarrow is not installed, or the file is no Parquet.
    """
    import pandas as pd

    check_size(path)
    try:
        frame = pd.read_parquet(path)
    except ImportError:
        raise ResponseError(
            f"{path.name}: Parquet needs pyarrow; pip install 'mlbc-stats[parquet]', or save the file as CSV"
        ) from None
    except (OSError, ValueError) as error:
        raise ResponseError(f"{path.name}: no Parquet file ({error}); write it again") from None
    return Source(_framed(frame, 1))


def _framed(frame: pd.DataFrame, header_line: int) -> Records:
    """The header and the rows of a table as text, each different value turned but once."""
    yield header_line, tuple(str(name) for name in frame.columns)
    columns = [_texts(frame.iloc[:, place]) for place in range(frame.shape[1])]
    yield from enumerate(zip(*columns, strict=True), header_line + 1)


def _texts(column: pd.Series) -> Iterator[str]:
    places, values = column.factorize()
    texts = [*map(_cell, values), ""]  # what is missing has place -1
    return map(texts.__getitem__, places.tolist())


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


READERS: Mapping[str, Callable[[Path], Source]] = MappingProxyType(
    {WORKBOOK: workbook, SPSS: spss, PARQUET: parquet, ".jsonl": json_lines, ".ndjson": json_lines}
)
"""Ending of a file that is no delimited text → its reader."""
ENDINGS: Sequence[str] = tuple(READERS)
