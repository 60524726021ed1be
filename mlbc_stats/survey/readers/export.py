"""What a platform's reader hands on: data rows, and which columns are not answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mlbc_stats.errors import DataError
from mlbc_stats.number_text import MARKS, Convention, find_marks
from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.privacy.consent import ConsentRule

PARADATA = (
    "started",
    "ended",
    "duration",
    "finished",
    "progress",
    "status",
    "preview",
    "language",
)


@dataclass(frozen=True, slots=True)
class Export:
    """A file understood as far as its platform goes; the instrument has not been looked at yet.

    Attributes
    ----------
    table : answers only, header rows removed.
    paradata : name in `PARADATA` → column; `duration` is in seconds.
    ids : columns tried in turn for the case id, whatever their case, blanks and underscores.
    units : columns tried in turn for the unit id (the solution or organization answered about), likewise.
    trials : cells of `status`, in lower case, that mark the author's own trials; they fill `preview`.
    statuses : cells of `status`, in lower case, that are known to mark answers; others are told.
    blanks : cell texts that mean "no answer", besides the empty cell.
    questions : column → the question text the file gives for it.
    decimal : the mark before decimals that the user named; None where the cells tell.
    notes : what reading the table had to decide, in words.
    platform : whose export it is.
    also : column → other names that it may go by, such as the one without the groups of a form.
    import_ids : column → the platform's lasting id of it.
    problems : (row, message) of cells that are no answers, as far as the platform or its manifest tells.
    used : columns whose cells have been taken into others, or decided which rows count.
    consent : how the file tells who agreed to take part, where its manifest says so.
    """

    table: RawTable
    paradata: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ("case_id", "response_id", "respondent_id", "participant_id", "id")
    units: tuple[str, ...] = (
        "unit_id",
        "unit_token",
        "solution_id",
        "unit",
        "solution",
        "lösungs_id",
        "lösung",
        "loesungs_id",
        "loesung",
    )
    trials: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset({"", "NA"})
    questions: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    notes: tuple[str, ...] = ()
    platform: str = "plain"
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    import_ids: Mapping[str, str] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    problems: Sequence[tuple[int, str]] = ()
    consent: ConsentRule | None = None

    def conventions(self, columns: Iterable[str]) -> dict[str, Convention]:
        """How the numbers of each of these columns are written; what one column shows counts for the others."""
        marks = {name: find_marks(self.table.coded(name).texts) for name in columns}
        file = frozenset[str]().union(*marks.values())
        return {name: Convention(self.decimal, own, file) for name, own in marks.items()}


def checked_mark(decimal: str | None) -> str | None:
    """The mark before decimals that a user names, or None when nothing is named.

    Raises
    ------
    DataError : for anything but a point or a comma.

    Examples
    --------
    >>> checked_mark(",")
    ','
    """
    if decimal is not None and decimal not in MARKS:
        raise DataError(f"decimal is {decimal!r}; expected '.' or ',', the mark before decimals")
    return decimal
