"""What every reader of files hands on: rows of text with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Records = Iterator[tuple[int, Sequence[str]]]
"""(1-based line, row of the sheet or number of the case; cells), the header first."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file that has been opened.

    Attributes
    ----------
    records : its rows, read once, the header first.
    delimiter : separator between cells, "" where the format has none.
    labels : column → text that the file gives it beside its name.
    notes : what opening it had to decide, in words.
    """

    records: Records
    delimiter: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
