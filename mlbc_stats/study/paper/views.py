"""What the placeholders of a manuscript see: results by attribute, numbers that must say how they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlbc_stats.errors import StudyError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.report.numbers import INTERVALS, KINDS
from mlbc_stats.report.text.paragraphs import METHOD, RESULTS
from mlbc_stats.report.text.results import Number, Results

WRITERS = {**METHOD, **RESULTS}


@dataclass(frozen=True, slots=True)
class ResultsView:
    """``results.<stage>.<table>[row][column]``."""

    results: Results

    def __getattr__(self, stage: str) -> StageView:
        if stage.startswith("__"):
            raise AttributeError(stage)
        known = {place.partition("/")[0] for place in self.results.tables}
        if stage not in known:
            raise StudyError(f"no part {stage!r} in the results{did_you_mean(stage, known)}")
        return StageView(self.results, stage)

    __getitem__ = __getattr__


@dataclass(frozen=True, slots=True)
class StageView:
    """The tables of one stage."""

    results: Results
    stage: str

    def __getattr__(self, table: str) -> TableView:
        if table.startswith("__"):
            raise AttributeError(table)
        place = f"{self.stage}/{table}"
        self.results.table(place)
        return TableView(self.results, place)

    __getitem__ = __getattr__


@dataclass(frozen=True, slots=True)
class TableView:
    """The rows of one table."""

    results: Results
    place: str

    def __getitem__(self, row: str | tuple[str, ...] | int) -> RowView:
        return RowView(self.results, self.place, row)


@dataclass(frozen=True, slots=True)
class RowView:
    """The values of one row."""

    results: Results
    place: str
    row: str | tuple[str, ...] | int

    def __getitem__(self, column: str | tuple[str, int]) -> Number:
        return self.results.number(self.place, self.row, column)


@dataclass(frozen=True, slots=True)
class TextView:
    """``text.<name>``: a paragraph that writes itself when it is asked for, "" where the tables cannot fill it."""

    results: Results

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in WRITERS:
            raise StudyError(
                f"no paragraph {name!r}{did_you_mean(name, WRITERS)}; there are {', '.join(WRITERS)}"
            )
        return WRITERS[name](self.results)

    __getitem__ = __getattr__


def writers() -> dict[str, Callable[[object], str]]:
    """A filter for every format of `report.format_value`."""
    return {kind: _writer(kind) for kind in (*KINDS, *INTERVALS)}


def _writer(kind: str) -> Callable[[object], str]:
    def write(number: object) -> str:
        if not isinstance(number, Number):
            raise StudyError(f"{number!r} is no number of the results and cannot be written as {kind}")
        return number.shown(kind)

    return write


def finished(value: object) -> object:
    """What a placeholder may leave in the text: words, and numbers that said how they are written."""
    if isinstance(value, Number):
        raise StudyError(
            f"{value.place}, row {value.row!r}, column {value.column!r}: say how it is written, as in | estimate"
        )
    if isinstance(value, ResultsView | StageView | TableView | RowView):
        raise StudyError("a placeholder names a table or a row where one value is wanted: [row][column]")
    return value
