"""Read files of responses as every command does that takes one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats.cli.options import (
    AllowAbsent,
    Columns,
    Decimal,
    Delimiter,
    Encoding,
    IdColumn,
    Language,
    Platform,
    UnitColumn,
)
from mlbc_stats.errors import ResponseError

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses


@dataclass(frozen=True, slots=True)
class ExportReading:
    """How a file of responses is to be read: the options that all such commands have."""

    platform: Platform = "auto"
    encoding: Encoding = None
    delimiter: Delimiter = None
    id_column: IdColumn = None
    unit_column: UnitColumn = None
    column: Columns = None
    allow_absent: AllowAbsent = False
    decimal: Decimal = None
    language: Language = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of `survey.read`."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "column"}
        return given | {"columns": _mapping(self.column)}


AS_EXPORTED = ExportReading()
"""Everything as the file itself tells, every item there."""


def load_responses(file: Path, instrument: str, reading: ExportReading) -> Responses:
    """The responses of a file."""
    from mlbc_stats import survey

    return survey.read(file, instrument, **reading.arguments)


def _mapping(pairs: list[str] | None) -> dict[str, str]:
    """Column → item of every ``--column``; the last ``=`` divides, as ids of items have none."""
    found: dict[str, str] = {}
    for pair in pairs or []:
        name, _, item = (part.strip() for part in pair.rpartition("="))
        if not name or not item:
            raise ResponseError(
                f"--column {pair}: expected a column of the file and an item, such as Q7=tc_timing_1"
            )
        if found.setdefault(name, item) != item:
            raise ResponseError(f"--column: {name} is given two items, {found[name]} and {item}; keep one")
    return found
