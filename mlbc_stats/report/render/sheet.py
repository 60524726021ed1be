"""A table whose every cell is already text: the one form that all emitters of markup read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

SYNTHETIC = "SYNTHETIC"
SYNTHETIC_NOTE = "SYNTHETIC DATA: drawn from a declared population, not answered by respondents."
REAL_NOTE = "Real data (this table or figure is not synthetic)."

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Spanner:
    """A heading over the columns `first` to `last` (0-based, both included).

    Examples
    --------
    >>> Spanner("Standardized", 3, 4).label
    'Standardized'
    """

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A heading over the rows from `first` (0-based) to the next group.

    Examples
    --------
    >>> RowGroup("Loadings", 0).first
    0
    """

    label: str
    first: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Formatted cells with their headings; text is raw, each emitter escapes it.

    Attributes
    ----------
    title, header, rows, notes : texts; every row is as long as the header. A second line in a cell explains the first.
    numeric : one flag per column, whether to align it right.
    row_header : how many leading columns name the row.
    merged : how many leading columns are written once over rows that agree in them.
    spanners, groups : headings over columns and over rows.
    synthetic : True stamps title and notes; False says "real data" only inside a synthetic document.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    row_header: int = 1
    spanners: tuple[Spanner, ...] = ()
    groups: tuple[RowGroup, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool = False
    identifier: str = ""
    merged: int = 0

    @property
    def stamped_title(self) -> str:
        """The title, followed by the stamp when the data are synthetic."""
        return f"{self.title} ({SYNTHETIC} data)" if self.synthetic else self.title

    @property
    def stamped_notes(self) -> tuple[str, ...]:
        """The notes, led by the stamp when the data are synthetic."""
        return (SYNTHETIC_NOTE, *self.notes) if self.synthetic else self.notes

    def grouped_rows(self) -> list[tuple[str, Rows]]:
        """Pairs of a group's label and its rows; the label is empty for rows before the first group."""
        starts = [group.first for group in self.groups]
        bounds = list(zip([0, *starts], [*starts, len(self.rows)], strict=True))
        labels = ["", *(group.label for group in self.groups)]
        pairs = [(label, self.rows[a:b]) for label, (a, b) in zip(labels, bounds, strict=True)]
        return [(label, rows) for label, rows in pairs if label or rows]

    def runs(self, rows: Rows) -> list[Rows]:
        """Rows that agree in the merged columns, together; every row by itself when nothing is merged."""
        starts = [
            place
            for place, row in enumerate(rows)
            if not (place and self.merged and row[: self.merged] == rows[place - 1][: self.merged])
        ]
        return [rows[a:b] for a, b in pairwise([*starts, len(rows)])]

    def without_repeats(self, rows: Rows) -> list[tuple[str, ...]]:
        """The rows as a form without spanning cells shows them: what is merged stands in the first of a run."""
        blank = ("",) * self.merged
        return [
            row if place == 0 else (*blank, *row[self.merged :])
            for run in self.runs(rows)
            for place, row in enumerate(run)
        ]

    def spanner_cells(self) -> list[tuple[str, int]]:
        """The row above the header as pairs of label and width; empty labels fill the gaps."""
        cells: list[tuple[str, int]] = []
        position = 0
        for spanner in sorted(self.spanners, key=lambda s: s.first):
            if spanner.first > position:
                cells.append(("", spanner.first - position))
            cells.append((spanner.label, spanner.last - spanner.first + 1))
            position = spanner.last + 1
        return [*cells, ("", len(self.header) - position)] if position < len(self.header) else cells
