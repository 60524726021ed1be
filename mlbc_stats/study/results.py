"""The files of a study: report, results as JSON, tables as CSV, figures as SVG and PNG."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlbc_stats import parallel
from mlbc_stats.report import Document, Figure, Notice, Section, Table
from mlbc_stats.report.render.sheet import SYNTHETIC_NOTE
from mlbc_stats.study.config import Study
from mlbc_stats.study.stages.stage import Stage


def result_files(study: Study, stages: Sequence[Stage], record: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Contents of every file by its path below the output folder.

    ``report.html`` is one self-contained page; ``results.json`` holds every table in full precision;
    ``tables/<stage>_<table>.csv`` the same one by one; ``figures/<stage>_<n>.svg`` the drawings, and beside
    each the same in pixels, 300 to the inch, as PNG; ``models/<name>.lav`` the models in lavaan syntax.
    """
    files: dict[str, str | bytes] = {
        "report.html": _document(study, stages, record).html(),
        "results.json": json.dumps(_results(stages, record), indent=1, ensure_ascii=False, allow_nan=False)
        + "\n",
    }
    figures: dict[str, Figure] = {}
    for stage in stages:
        for place, table in enumerate(stage.tables, 1):
            files[f"tables/{stage.name}_{table.identifier or place}.csv"] = table.to_csv()
        for place, figure in enumerate(stage.figures, 1):
            name = f"figures/{stage.name}_{figure.identifier or place}"
            files[f"{name}.svg"] = figure.svg
            figures[f"{name}.png"] = figure
        files |= dict(stage.texts)
    drawn = parallel.run(lambda figure: figure.to_png(), figures.values())
    return files | dict(zip(figures, drawn, strict=True))


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
        "manifest": _plain(record),
        "stages": {
            stage.name: {
                "title": stage.title,
                "problems": list(stage.problems),
                "tables": {
                    table.identifier or str(place): _table(table)
                    for place, table in enumerate(stage.tables, 1)
                },
            }
            for stage in stages
        },
    }


def _table(table: Table) -> dict[str, Any]:
    """Title, origin, columns and rows in full precision."""
    header, columns = table.data()
    return {
        "title": table.title,
        "synthetic": bool(table.synthetic),
        "columns": list(header),
        "rows": [_plain(row) for row in zip(*columns, strict=True)],
        "notes": list(table.notes),
    }


def _plain(value: Any) -> Any:
    """What JSON can hold; a number that is not finite becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
