"""Read files of responses as every command does that takes one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.cli.options import AllowAbsent, Columns, Decimal, Encoding, Platform
from mlbc_stats.errors import ResponseError

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses


@dataclass(frozen=True, slots=True)
class ExportReading:
    """How a file of responses is to be read: the options that all such commands have."""

    platform: Platform = "plain"
    encoding: Encoding = None
    column: Columns = None
    allow_absent: AllowAbsent = False
    decimal: Decimal = None

    @property
    def columns(self) -> dict[str, str]:
        """Column → item of every ``--column``."""
        return _mapping(self.column)


AS_EXPORTED = ExportReading()
"""Plain CSV, every item there, everything else as the file itself tells."""


def load_responses(file: Path, instrument: str, reading: ExportReading) -> Responses:
    """The responses of a file."""
    from mlbc_stats import survey

    return survey.read(
        file,
        survey.load_instrument(instrument),
        platform=reading.platform,
        encoding=reading.encoding,
        columns=reading.columns,
        allow_absent=reading.allow_absent,
        decimal=reading.decimal,
    )


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
