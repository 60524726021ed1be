"""Stage: which points of a reviewer's checklist this report fills, where, and what to do about the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

import pandas as pd

from mlbc_stats.report import RowGroup, Table
from mlbc_stats.report.numbers import is_missing
from mlbc_stats.study.review_points import POINTS, ReviewPoint
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.shared.settled import settled_of
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.survey.instrument.item import Check
from mlbc_stats.survey.responses.model import question_scale

STATES = ("reported", "partly", "declared", "not applicable", "not reported")
LONGEST = 7
"""Codes of a scale whose labels are all written out; of longer ones the ends."""


def checklist(material: Material, stages: Iterable[Stage]) -> Stage:
    """The points with their state, and every question as asked."""
    questions = _questions(material)
    stages = tuple(stages)
    found = {place for stage in stages for table in stage.tables for place in _places(stage.name, table)}
    found |= {"manifest", *_places("checklist", questions)}
    titles = {stage.name: stage.title for stage in stages}
    titles |= {
        f"{stage.name}/{table.identifier}": f"{table.title} ({stage.title})"
        for stage in stages
        for table in stage.tables
    }
    titles |= {"manifest": "What this report rests on", f"checklist/{questions.identifier}": questions.title}
    holds = _conditions(material, stages)
    rows = [
        {"no": number, "key": entry.key, "point": entry.text}
        | dict(zip(("state", "where", "todo"), _state(entry, material, found, titles, holds), strict=True))
        for number, entry in enumerate(POINTS, 1)
    ]
    frame = pd.DataFrame(rows)
    counts = frame["state"].value_counts()
    said = ", ".join(f"{counts[state]} {state}" for state in STATES if state in counts)
    areas = [entry.area for entry in POINTS]
    starts = [areas.index(area) for area, _ in groupby(areas)]
    table = Table.from_frame(
        frame,
        f"What reviewers look for: {len(POINTS)} points",
        formats={"no": "count"},
        headings={"no": "", "point": "point", "where": "where, or why not", "todo": "what to do"},
        groups=[RowGroup(areas[at], at) for at in starts],
        index=False,
        notes=(
            "Filled in from the tables of this report: a point is reported when every table it needs is there. "
            "Declared: stated in the study file. Compiled, in our own words, from the reporting standards of journals "
            "and associations.",
        ),
        identifier="points",
    )
    return Stage(
        name="checklist",
        title="Checklist for reviewers",
        short=f"Of {len(POINTS)} points: {said}.",
        text=(f"Of {len(POINTS)} points that reviewers of such studies look for: {said}.",),
        tables=(table, questions),
    )


def _state(
    entry: ReviewPoint, material: Material, found: set[str], titles: dict[str, str], holds: set[str]
) -> tuple[str, str, str]:
    """State, where or why, and what to do."""
    declared = material.study.declarations.get(entry.key, "")
    if not declared and entry.condition in holds:
        return "not applicable", entry.reason, ""
    present = [_present(place, found) for place in entry.where]
    here = "; ".join(titles.get(place.partition("#")[0], place) for place in entry.where)
    if entry.where and all(present):
        if declared:
            return "reported", f"{here}; {declared}", ""
        return ("partly", here, entry.partly) if entry.partly else ("reported", here, "")
    if declared:
        return "declared", declared, ""
    return "not reported", "", entry.todo or "see what kept the tables from this report, under its problems"


def _places(stage: str, table: Table) -> Iterator[str]:
    """What a point may ask for: a table, and each of its columns that holds something."""
    yield f"{stage}/{table.identifier}"
    for name, column in zip(table.header, table.columns, strict=True):
        if not all(is_missing(value) for value in column):
            yield f"{stage}/{table.identifier}#{name}"


def _present(place: str, found: set[str]) -> bool:
    """Whether a table is there, or any table of a stage."""
    return place in found or ("/" not in place and any(name.startswith(f"{place}/") for name in found))


def _conditions(material: Material, stages: Iterable[Stage]) -> set[str]:
    """Conditions that hold, under which a point does not apply."""
    arguments = settled_of(material).arguments
    known = {
        "always": True,
        "single-level": "cluster" not in arguments,
        "continuous": not arguments.get("ordered"),
        "conventional": material.study.estimation.cutoffs == 0,
    }
    return {name for name, holds in known.items() if holds} | {
        each for stage in stages for each in stage.without
    }


def _questions(material: Material) -> Table:
    """Every question in the order asked: words, answers, who is asked, where it comes from."""
    instrument = material.instrument
    language = instrument.languages[0]
    rows = []
    words = tuple(question.text[language] for question in instrument.sequence)
    for question in instrument.sequence:
        check = isinstance(question, Check)
        item = None if isinstance(question, Check) else question
        route = item.route if item else None
        rows.append(
            {
                "id": question.id,
                "measures": "attention" if check else (item.construct if item else "") or "context",
                "reversed": "R" if item and item.reversed else "",
                "answers": _answers(material, question.id, language),
                "asked": f"if {route.question} is {', '.join(map(str, route.codes))}" if route else "",
                "origin": f"{item.origin}; {item.locator}" if item else "instructed response",
            }
        )
    table = Table.from_frame(
        pd.DataFrame(rows),
        f"The questionnaire: {instrument.id} {instrument.version} with its modules",
        headings={"reversed": "R"},
        index=False,
        notes=(
            "R: worded against its construct. Introductions, consent and missing answers stand in the "
            "instrument's files.",
        ),
        identifier="questions",
    )
    return replace(table, glosses={0: words})


def _answers(material: Material, question: str, language: str) -> str:
    """The answers offered: all labels, or the ends of a longer scale."""
    scale = question_scale(material.instrument, question)
    if not scale.codes:
        return {"number": "a number", "text": "free text"}.get(scale.kind, scale.kind)
    labels = [f"{code.value} {code.label[language]}" for code in scale.codes]
    if scale.kind == "ordinal" and len(labels) >= LONGEST:
        return f"{labels[0]} … {labels[-1]}"
    return "; ".join(labels)
