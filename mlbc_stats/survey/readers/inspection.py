"""What an export is, before anybody says what was asked: encoding, separator, platform, ids, units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.delimited import delimiter_of
from mlbc_stats.survey.files.encoding import likely_encoding, read_text
from mlbc_stats.survey.files.workbooks import ENDINGS
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.identity import find_column
from mlbc_stats.survey.readers.registry import AUTO, understood


@dataclass(frozen=True, slots=True)
class Inspection:
    """An export as it was found.

    Attributes
    ----------
    path : the file; export : its columns and rows by its platform.
    encoding, delimiter : None for workbooks and SPSS files; encoding also where UTF-8 or a byte-order mark tells.
    id_column, unit_column : columns of usual names; "" where there is none.
    """

    path: Path
    export: Export
    encoding: str | None
    delimiter: str | None
    id_column: str
    unit_column: str

    def units(self, column: str) -> Counter[str]:
        """How often each value of a column occurs, blanks left out."""
        return Counter(cell.strip() for cell in self.export.table.column(column) if cell.strip())


def inspect_export(path: str | Path) -> Inspection:
    """Look at an export without an instrument.

    Raises
    ------
    ResponseError
        for a file that cannot be read, or without rows.
    """
    place = Path(path)
    text = place.suffix.lower() not in ENDINGS
    encoding = _encoding(place) if text else None
    export = understood(place, AUTO, encoding, None)
    if not export.table.n:
        raise ResponseError(f"{place.name}: the file has a header but no responses")
    return Inspection(
        place,
        export,
        encoding,
        delimiter_of(place, encoding) if text else None,
        find_column(export, None, export.ids, "id_column") or "",
        find_column(export, None, export.units, "unit_column") or "",
    )


def _encoding(path: Path) -> str | None:
    """None where the file tells by itself, else the likely encoding; whatever else is wrong is raised."""
    try:
        read_text(path, None)
    except ResponseError:
        likely = likely_encoding(path)
        read_text(path, likely)
        return likely
    return None
