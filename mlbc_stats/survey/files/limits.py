"""How large and how deep a file of answers may be; a hostile or broken one is refused before it fills memory."""

from __future__ import annotations

import zipfile
from pathlib import Path

from mlbc_stats.errors import ResponseError

MAX_BYTES = 1_000_000_000
MAX_COLUMNS = 16_384
"""What one sheet of a workbook holds."""
MAX_CELLS = 100_000_000
MAX_PARTS = 10_000
MAX_UNPACKED = 2_000_000_000
MAX_EXPANSION = 200
"""How many times its packed size a large part of a zip archive may have."""
LARGE = 10_000_000
"""Bytes from which a part of an archive counts as large."""
MAX_DEPTH = 10
"""Levels of a JSON answer; matrices and panels of a questionnaire need four."""


def check_size(path: Path) -> None:
    """Refuse a file with more bytes than are read into memory.

    Raises
    ------
    ResponseError
        with the size of the file and the limit.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ResponseError(
            f"{path.name}: the file has {size:,} bytes, more than the {MAX_BYTES:,} that are read; split it"
        )


def check_width(source: str, columns: int) -> None:
    """Refuse a header with more columns than any questionnaire has."""
    if columns > MAX_COLUMNS:
        raise ResponseError(
            f"{source}: the header has {columns:,} columns, more than the {MAX_COLUMNS:,} that are read; "
            "is the separator right?"
        )


def check_cells(source: str, rows: int, columns: int) -> None:
    """Refuse a table with more cells than fit into memory."""
    if rows * columns > MAX_CELLS:
        raise ResponseError(
            f"{source}: more than {MAX_CELLS:,} cells ({columns:,} columns); split the file and list its parts"
        )


def check_archive(path: Path) -> None:
    """Refuse a zip archive that unpacks to far more than it is, and one whose XML declares entities.

    Raises
    ------
    ResponseError
        naming the part and its sizes.
    """
    check_size(path)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise ResponseError(f"{path.name}: {len(parts):,} parts in the archive, more than {MAX_PARTS:,}")
        total = sum(part.file_size for part in parts)
        bombs = [part.filename for part in parts if _expands(part)]
        if total > MAX_UNPACKED or bombs:
            where = f", most of them in {bombs[0]}" if bombs else ""
            raise ResponseError(
                f"{path.name}: the archive of {path.stat().st_size:,} bytes unpacks to {total:,}{where}; this is no "
                "file of answers, or it holds empty cells by the million: save it as CSV"
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _check_xml(path, archive, part)


def _expands(part: zipfile.ZipInfo) -> bool:
    return part.file_size > LARGE and part.file_size > MAX_EXPANSION * max(part.compress_size, 1)


def _check_xml(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read an XML part up to its first element: a document type, which could declare entities, stands before it."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with archive.open(part) as stream:
            next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException as error:
        raise ResponseError(
            f"{path.name}: its part {part.filename} declares a document type or entities ({error}), which "
            "no spreadsheet program writes; the file is not read"
        ) from None
    except ParseError as error:
        raise ResponseError(
            f"{path.name}: its part {part.filename} is no XML ({error}); save it again"
        ) from None
