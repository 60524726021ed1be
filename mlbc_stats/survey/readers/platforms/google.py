"""Google Forms: answers as CSV or workbook, labels in the cells and the words of the questions in the header."""

from __future__ import annotations

from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import Export

STAMPS = (
    "Timestamp",
    "Zeitstempel",
    "Aikaleima",
    "Horodateur",
    "Marca temporal",
    "Tidstämpel",
    "Tijdstempel",
)
"""The first column, in words of some languages."""


def google(table: RawTable) -> Export:
    """Understand an export of Google Forms, which knows neither codes nor names: a mapping manifest gives both.

    The rows of a grid are headed ``title [words]``. Without a manifest, labels count as those of the scale and columns
    are found by the words of the question.
    """
    stamp = next((name for name in STAMPS if name in table.names), "")
    return Export(
        table,
        paradata={"ended": stamp} if stamp else {},
        questions={name: _words(name) for name in table.names},
        platform="google",
    )


def _words(heading: str) -> str:
    """The words of a row in a grid, else the heading as it stands."""
    _, bracket, row = heading.partition(" [")
    return row[:-1] if bracket and row.endswith("]") else heading
