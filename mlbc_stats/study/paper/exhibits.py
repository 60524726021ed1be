"""The tables and figures of a manuscript in the order in which they stand, with their files and tasks."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlbc_stats.errors import StudyError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.report import Figure, Table
from mlbc_stats.report.text.results import Results, column_of
from mlbc_stats.study.paper.source import Source

COLUMNS = ("exhibit", "title", "place", "file", "task")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One table or figure of a manuscript.

    Attributes
    ----------
    kind : Table or Figure; number : in the order of its kind.
    place : ``stage/name`` in the results, or the name of a table that the manuscript makes itself.
    block : what is shown; file : its file in the results, "" for none.
    """

    kind: str
    number: int
    place: str
    block: Table | Figure
    file: str = ""

    @property
    def label(self) -> str:
        """How the text calls it."""
        return f"{self.kind} {self.number}"

    @property
    def anchor(self) -> str:
        """A name that every kind of file can point to."""
        letters = "".join(letter if letter.isalnum() else "_" for letter in self.place)
        return f"{'tbl' if self.kind == 'Table' else 'fig'}_{letters}"[:40]

    @property
    def stage(self) -> str:
        """The stage of the study that made it."""
        return self.place.partition("/")[0] if "/" in self.place else ""


@dataclass(slots=True)
class Exhibits:
    """What has been shown so far; `known` are the numbers of an earlier pass, for references forward."""

    results: Results
    folder: Path
    known: dict[str, str] = field(default_factory=dict)
    shown: list[Exhibit] = field(default_factory=list)

    def add_table(
        self, place: str, caption: str = "", columns: Iterable[str | tuple[str, int]] = ()
    ) -> Exhibit:
        """One table of the results, with some of its columns when they are named."""
        table = self.results.table(place)
        chosen = select(table, list(columns), place) if columns else table
        file = f"tables/{place.replace('/', '_')}.csv"
        return self._add("Table", place, replace(chosen, title=caption or chosen.title), file)

    def add_own(self, name: str, table: Table) -> Exhibit:
        """A table that the manuscript makes itself."""
        return self._add("Table", name, table, "")

    def add_figure(self, place: str, caption: str = "") -> Exhibit:
        """One figure of the results."""
        if place not in self.results.figures:
            raise StudyError(
                f"no figure {place!r} in these results{did_you_mean(place, self.results.figures)}"
            )
        said = self.results.figures[place]
        file = f"figures/{place.replace('/', '_')}.svg"
        drawing = (self.folder / file).read_text(encoding="utf-8")
        figure = Figure(
            caption or said["title"], drawing, said["description"], tuple(said["notes"]), said["synthetic"]
        )
        return self._add("Figure", place, figure, file)

    def label_of(self, place: str) -> str:
        """What a reference shows: the number of an exhibit shown before or, by the earlier pass, later."""
        for exhibit in self.shown:
            if exhibit.place == place:
                return exhibit.label
        return self.known.get(place, "")

    def _add(self, kind: str, place: str, block: Table | Figure, file: str) -> Exhibit:
        if any(exhibit.place == place and exhibit.kind == kind for exhibit in self.shown):
            raise StudyError(f"{kind.lower()} {place!r} is shown twice; refer to it with {{{{ ref(...) }}}}")
        number = 1 + sum(exhibit.kind == kind for exhibit in self.shown)
        exhibit = Exhibit(kind, number, place, block, file)
        self.shown.append(exhibit)
        return exhibit


def select(table: Table, columns: list[str | tuple[str, int]], place: str) -> Table:
    """The table with these columns alone, in this order, without headings over columns."""
    places = [column_of(table, column, place) for column in columns]
    formats = table.formats or ("auto",) * len(table.header)
    return replace(
        table,
        header=tuple(table.header[at] for at in places),
        columns=tuple(table.columns[at] for at in places),
        formats=tuple(formats[at] for at in places),
        spanners=(),
        glosses={new: table.glosses[at] for new, at in enumerate(places) if at in table.glosses},
        merged=min(table.merged, len(places)),
        numbered=False,
    )


def exhibits_csv(shown: Iterable[Exhibit], source: Source) -> str:
    """Every exhibit with its place, its file in the results and the task that makes it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for exhibit in shown:
        title = exhibit.block.title
        writer.writerow((exhibit.label, title, exhibit.place, exhibit.file, task_of(exhibit.stage, source)))
    return stream.getvalue()


def task_of(stage: str, source: Source) -> str:
    """The script that makes a stage, as seen from above the manuscript; the stage where there are no scripts.

    Raises
    ------
    StudyError
        when the folder of scripts has none for this stage.
    """
    if source.tasks is None or not stage:
        return stage
    script = source.tasks / f"task_{stage}.py"
    if not script.is_file():
        raise StudyError(f"{source.tasks}: no task_{stage}.py, which should make the results of {stage}")
    return Path(os.path.relpath(script, source.folder.parent)).as_posix()
