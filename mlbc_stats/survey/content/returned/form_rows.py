"""Get the rows of a returned form out of a workbook or CSV file, as text with their line numbers."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.content.forms.judgment_tasks import HIDDEN, SHEET
from mlbc_stats.survey.files.table import read_table

MOST_BYTES = 50_000_000
"""Unpacked size above which a file is no form; keeps a zip bomb from filling the memory."""
FORMULA = "\x00formula\x00"
"""Begins the text of a cell that holds a formula; no text that was typed can begin so."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: its line in the file, and heading → text."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawForm:
    """What one file holds, not yet compared with any instrument."""

    source: str
    names: tuple[str, ...]
    rows: tuple[FormRow, ...]


def read_cells(path: Path, encoding: str | None = None) -> RawForm:
    """The rows of a returned form.

    Raises
    ------
    ResponseError
        when the file is missing, damaged, of another kind, or lacks the columns of a form.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _workbook(path)
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        table = read_table(path, encoding)
        _check_names(path.name, table.names)
        rows = (
            FormRow(line, dict(zip(table.names, table.row(place), strict=True)))
            for place, line in enumerate(table.lines.tolist())
        )
        return RawForm(path.name, table.names, tuple(rows))
    raise ResponseError(
        f"{path.name}: expected a workbook (.xlsx) or a CSV file, got {path.suffix or 'no ending'!r}; "
        "save the form as one of these"
    )


def find_forms(places: Sequence[str | Path]) -> tuple[Path, ...]:
    """The files named, and the workbooks and CSV files of the folders named; lock files of editors left out.

    Raises
    ------
    ResponseError
        when a place does not exist or a folder holds no form.
    """
    return tuple(dict.fromkeys(path for place in places for path in _forms_at(Path(place))))


def _forms_at(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise ResponseError(f"{place}: no such file or folder")
    found = [
        path
        for path in sorted(place.iterdir())
        if path.suffix.lower() in (".xlsx", ".xlsm", ".csv") and not path.name.startswith(("~$", "."))
    ]
    if not found:
        raise ResponseError(f"{place}: the folder holds no workbook (.xlsx) and no CSV file")
    return found


def _workbook(path: Path) -> RawForm:
    book = _opened(path)
    if SHEET not in book.sheetnames:
        raise ResponseError(
            f"{path.name}: expected a sheet {SHEET!r}, got {', '.join(map(repr, book.sheetnames))}; "
            "send back the workbook that was sent out"
        )
    lines = [[_text(cell) for cell in row] for row in book[SHEET].iter_rows()]
    if not lines:
        raise ResponseError(f"{path.name}: the sheet {SHEET!r} is empty")
    names = tuple(name.strip() for name in lines[0])
    _check_names(path.name, tuple(name for name in names if name))
    rows = tuple(_rows(names, lines[1:]))
    return RawForm(path.name, names, rows)


def _rows(names: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[FormRow]:
    """Rows that hold anything; cells under no heading are kept under their place."""
    for line, texts in enumerate(lines, 2):
        if any(text.strip() for text in texts):
            keys = (name or f"column {place}" for place, name in enumerate(names, 1))
            yield FormRow(line, dict(zip(keys, texts, strict=True)))


def _opened(path: Path) -> Any:
    """The workbook, formulas unevaluated; anything that is none becomes an error that says so."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise ResponseError(
                f"{path.name}: unpacks to {size:,} bytes, more than the {MOST_BYTES:,} of any form"
            )
        return load_workbook(path)
    except ResponseError:
        raise
    except Exception as error:  # openpyxl raises a dozen kinds for a damaged file
        raise ResponseError(
            f"{path.name}: cannot be read as a workbook ({type(error).__name__}); it may be damaged, protected "
            "by a password or another kind of file; save it anew as .xlsx"
        ) from None


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without decimals, a formula marked as one."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA + str(getattr(value, "text", value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check_names(source: str, names: Sequence[str]) -> None:
    missing = [name for name in (*HIDDEN, "Item") if name not in names]
    if missing:
        raise ResponseError(
            f"{source}: no column {', '.join(map(repr, missing))}; got {', '.join(map(repr, names[:12]))}. "
            "Send back the form that was sent out; hidden columns must stay in it"
        )
    repeated = sorted({name for name in names if list(names).count(name) > 1})
    if repeated:
        raise ResponseError(f"{source}: columns occur more than once: {', '.join(map(repr, repeated))}")
