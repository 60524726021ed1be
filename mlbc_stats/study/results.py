"""The files of a study: report, results as JSON, tables as CSV, figures as SVG and PNG."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from mlbc_stats.errors import NotServedError
from mlbc_stats.report import Document, Figure, Notice, Results, Section, Table
from mlbc_stats.report.render.sheet import SYNTHETIC_NOTE
from mlbc_stats.report.tables.stored import plain, stored
from mlbc_stats.study.config import Study
from mlbc_stats.study.provenance.crate import CRATE, crate
from mlbc_stats.study.stages.stage import Stage

Part = TypeVar("Part", Table, Figure)


def result_files(study: Study, stages: Sequence[Stage], record: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Contents of every file by its path below the output folder.

    ``report.html`` is one self-contained page, ``report.docx`` and ``report.pdf`` say the same where the extra
    ``paper`` is installed; ``results.json`` holds every table in full precision and says what every figure shows;
    ``ro-crate-metadata.json`` describes the folder for archives; ``tables/<stage>_<table>.csv`` the same one by one;
    ``figures/<stage>_<n>.svg`` the drawings, and beside
    each the same in pixels, 300 to the inch, as PNG; ``models/<name>.lav`` the models in lavaan syntax.
    """
    document = _document(study, stages, record)
    files: dict[str, str | bytes] = {
        "report.html": document.html(),
        "results.json": json.dumps(_results(stages, record), indent=1, ensure_ascii=False, allow_nan=False)
        + "\n",
    }
    for stage in stages:
        for name, table in named_parts(stage.tables):
            files[f"tables/{stage.name}_{name}.csv"] = table.to_csv()
        for name, figure in named_parts(stage.figures):
            files[f"figures/{stage.name}_{name}.svg"] = figure.svg
            files[f"figures/{stage.name}_{name}.png"] = figure.to_png()
        files |= dict(stage.texts)
    files |= _printed(document)
    return {**files, CRATE: crate(record, files)}


def _printed(document: Document) -> dict[str, str | bytes]:
    """The report as a Word file and as a PDF, as far as the libraries for them are installed."""
    files: dict[str, str | bytes] = {}
    for name, write in (("report.docx", document.docx), ("report.pdf", document.pdf)):
        with contextlib.suppress(NotServedError):
            files[name] = write()
    return files


def results_of(stages: Sequence[Stage], record: Mapping[str, Any]) -> Results:
    """The tables of the stages by name, as the paragraphs of a manuscript read them."""
    tables = {f"{stage.name}/{name}": table for stage in stages for name, table in named_parts(stage.tables)}
    titles = {stage.name: stage.title for stage in stages}
    return Results(tables, titles, record, bool(record["synthetic"]))


def named_parts(parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    """Tables or figures of one stage with the names that their files bear."""
    for place, part in enumerate(parts, 1):
        yield part.identifier or str(place), part


def _document(study: Study, stages: Sequence[Stage], record: Mapping[str, Any]) -> Document:
    opening = _opening(stages)
    sections = [Section(stage.title, (*stage.text, *_shown(stage)), stage.name) for stage in stages]
    synthetic = bool(record["synthetic"])
    return Document(
        study.title,
        (*([opening] if opening.blocks else []), *sections),
        subtitle=SYNTHETIC_NOTE if synthetic else "",
        manifest=record,
        synthetic=synthetic,
        interactive=True,
    )


def _opening(stages: Sequence[Stage]) -> Section:
    """What cannot be trusted, then what came out: in full where a stage has points, else a line a stage."""
    problems = [f"{stage.title}: {problem}" for stage in stages for problem in stage.problems]
    notices = [Notice(f"Not to be trusted. {problem}") for problem in problems]
    full = [block for stage in stages if stage.points for block in (stage.short, stage.points)]
    lines = tuple(f"{stage.title}. {stage.short}" for stage in stages if stage.short and not stage.points)
    return Section("In short", (*notices, *full, *([lines] if lines else [])))


def _shown(stage: Stage) -> list[Any]:
    notices = [Notice(f"Not to be trusted. {problem}") for problem in stage.problems]
    return [*notices, *stage.tables, *stage.figures]


def _results(stages: Sequence[Stage], record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "synthetic": record["synthetic"],
        "manifest": plain(record),
        "stages": {
            stage.name: {
                "title": stage.title,
                "short": stage.short,
                "problems": list(stage.problems),
                "tables": {name: stored(table) for name, table in named_parts(stage.tables)},
                "figures": {name: _shown_by(figure) for name, figure in named_parts(stage.figures)},
            }
            for stage in stages
        },
    }


def _shown_by(figure: Figure) -> dict[str, Any]:
    """What a figure shows, in words; the drawing has a file of its own."""
    return {
        "title": figure.title,
        "description": figure.description,
        "notes": list(figure.notes),
        "synthetic": bool(figure.synthetic),
    }
