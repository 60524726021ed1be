"""Make a manuscript: Word, HTML and PDF from its source and a folder of results."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlbc_stats.errors import StudyError
from mlbc_stats.report.text.results import Results, numbers_of, read_results
from mlbc_stats.study.output_folder import changed_files
from mlbc_stats.study.paper.exhibits import exhibits_csv, task_of
from mlbc_stats.study.paper.formats import WRITERS
from mlbc_stats.study.paper.rendering import Rendered, render
from mlbc_stats.study.paper.source import Source, read_source, refuse_typed
from mlbc_stats.study.paper.targets import TARGETS

NUMBERS = ("number", "value", "place", "row", "column", "task")


@dataclass(frozen=True, slots=True)
class Paper:
    """A manuscript that has been made.

    Attributes
    ----------
    files : its files, by kind.
    exhibits, numbers : the lists of tables and figures, and of numbers.
    synthetic : whether the results are; then every page says so.

    Examples
    --------
    >>> Paper({"pdf": Path("paper.pdf")}, Path("exhibits.csv"), Path("numbers.csv"), synthetic=True).synthetic
    True
    """

    files: Mapping[str, Path]
    exhibits: Path
    numbers: Path
    synthetic: bool


def build_paper(folder: str | Path) -> Paper:
    """Make ``build/paper.docx``, ``.html`` and ``.pdf`` from ``paper.md.in`` and the results that it names.

    Beside them ``build/numbers.csv`` lists every number with its place in the results, and ``exhibits.csv`` beside the
    source every table and figure with file and task. The date is that of the results, or ``SOURCE_DATE_EPOCH``: two
    builds give the same bytes.

    Raises
    ------
    StudyError
        results that are missing or were changed after the run; a number typed into the text; a placeholder that the
        results do not fill; a citation without reference.
    NotServedError
        when the extra ``paper`` is not installed.

    Examples
    --------
    >>> build_paper("no-such-folder")
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: no-such-folder/paper.md.in: no such source of a paper; start one with: ...
    """
    source = read_source(Path(folder))
    refuse_typed(source)
    refuse_changed(source.results)
    results = read_results(source.results)
    made: dict[str, bytes] = {}
    with _dated(results):
        for kind, target in TARGETS.items():
            rendered = render(source, results, target)
            made[kind] = WRITERS[kind](source, rendered, results)
    return _save(source, results, rendered, made)


def refuse_changed(folder: Path) -> None:
    """StudyError when files of the results are not as the run wrote them."""
    changed = changed_files(folder)
    if changed:
        told = ", ".join(changed[:5])
        raise StudyError(
            f"{folder}: {len(changed)} files are not as the run wrote them ({told}); numbers changed by hand are no "
            "results: run the study again"
        )


def _save(source: Source, results: Results, rendered: Rendered, made: Mapping[str, bytes]) -> Paper:
    source.target.mkdir(exist_ok=True)
    files = {kind: source.target / f"paper.{kind}" for kind in made}
    for kind, path in files.items():
        path.write_bytes(made[kind])
    numbers = source.target / "numbers.csv"
    numbers.write_text(_numbers(source, rendered), encoding="utf-8", newline="\n")
    exhibits = source.folder / "exhibits.csv"
    exhibits.write_text(exhibits_csv(rendered.exhibits, source), encoding="utf-8", newline="\n")
    return Paper(files, exhibits, numbers, results.synthetic)


def _numbers(source: Source, rendered: Rendered) -> str:
    """Every number of the text: as written, in full, table, row, column, task; then those typed with a reason."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(NUMBERS)
    for row in numbers_of(list(rendered.numbers)):
        writer.writerow((*row, task_of(row[2].partition("/")[0], source)))
    for text, reason in rendered.typed:
        writer.writerow((text, text, "typed by the authors", reason, "", ""))
    return stream.getvalue()


@contextmanager
def _dated(results: Results) -> Iterator[None]:
    """The date of the results as that of every file made, unless another one is set."""
    known = os.environ.get("SOURCE_DATE_EPOCH")
    if known is None:
        moment = datetime.fromisoformat(str(results.manifest["date"]))
        os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if known is None:
            del os.environ["SOURCE_DATE_EPOCH"]
