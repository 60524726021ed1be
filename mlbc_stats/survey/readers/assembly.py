"""Put the columns of an export together as responses to the instrument."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.number_text import Convention
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.privacy.free_text import personal_passages, told
from mlbc_stats.survey.readers.coding import IS_TEXT, code_cells
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.identity import Identity
from mlbc_stats.survey.readers.paradata import read_paradata, unfinished, unknown_statuses
from mlbc_stats.survey.responses.assembling import Answers, Origin, assemble
from mlbc_stats.survey.responses.model import MissingReason, Responses, question_scale
from mlbc_stats.survey.responses.routing import apply_routes

SYNTHETIC_COLUMN = "synthetic"
SYNTHETIC_MARK = "SYNTHETIC"

LISTED, VIOLATIONS = 10, 20
"""Columns that a note names, and wrong cells that a message lists; all of them are its `findings`."""

Problems = list[tuple[int, str]]


def assemble_export(
    export: Export,
    instrument: Instrument,
    matched: Mapping[str, str],
    identity: Identity,
    set_aside: Mapping[str, int] = MappingProxyType({}),
) -> Responses:
    """Code every question, apply the routes, and keep all other columns as context.

    Parameters
    ----------
    matched : question id → column; a question left out was not asked.
    set_aside : reason → rows of the file that are no cases.

    Raises
    ------
    ResponseError
        listing every cell, by row and item, that is no answer on its scale.
    """
    conventions = export.conventions([*_coded(instrument, matched).values(), *_timed(export)])
    answers, problems = _code_all(export, instrument, matched, conventions)
    paradata, unreadable = read_paradata(export, conventions)
    _refuse(export, [*export.problems, *problems, *unreadable])
    answers, cut = _not_reached(instrument, answers, unfinished(paradata))
    routed, stray = apply_routes(instrument, answers)
    claimed = {
        *matched.values(),
        *identity.columns,
        *export.paradata.values(),
        *export.used,
        SYNTHETIC_COLUMN,
    }
    origin = Origin(
        identity.case_ids,
        identity.unit_ids,
        export.table.lines,
        paradata,
        export.table.source,
        _is_synthetic(export),
        (
            *export.table.notes,
            *export.notes,
            *identity.notes,
            *cut,
            *unknown_statuses(export),
            *_notes(stray),
            *_left_over(export, claimed),
            *_passages(export, instrument, matched, claimed),
        ),
        identity.unit_column,
        set_aside,
    )
    other = pd.concat([_strayed(export, matched, stray), _unclaimed(export, claimed)], axis=1)
    return assemble(instrument, routed, _texts(export, instrument, matched), other, origin)


def _passages(
    export: Export, instrument: Instrument, matched: Mapping[str, str], claimed: set[str]
) -> tuple[str, ...]:
    """What respondents wrote about themselves into free answers and into columns that nobody claimed."""
    texts = [matched[name] for name in _free(instrument) if name in matched]
    rest = [name for name in export.table.names if name not in claimed]
    cells = [(name, export.table.coded(name)) for name in (*texts, *rest)]
    return told(personal_passages(cells, export.table.lines))


def _not_reached(
    instrument: Instrument, answers: dict[str, Answers], partial: np.ndarray
) -> tuple[dict[str, Answers], tuple[str, ...]]:
    """Blank answers behind the last one of a case that did not finish: nobody saw the question."""
    order = [question.id for question in instrument.sequence if question.id in answers]
    if not partial.any() or not order:
        return answers, ()
    reasons = np.array([answers[name].reasons for name in order])
    said = reasons != MissingReason.NOT_ANSWERED
    said &= reasons != MissingReason.NOT_ASKED
    behind = ~np.logical_or.accumulate(said[::-1], axis=0)[::-1]
    cut = behind & (reasons == MissingReason.NOT_ANSWERED) & partial
    found = {
        name: answers[name].without(cut[place], MissingReason.NOT_REACHED) for place, name in enumerate(order)
    }
    note = f"{counted(int(cut.any(axis=0).sum()), 'case')} stopped early; what follows the last answer was not reached"
    return answers | found, (note,) if cut.any() else ()


def _left_over(export: Export, claimed: set[str]) -> tuple[str, ...]:
    rest = [name for name in export.table.names if name not in claimed]
    if not rest:
        return ()
    shown = ", ".join(rest[:LISTED]) + (f" and {len(rest) - LISTED} more" if len(rest) > LISTED else "")
    return (f"{counted(len(rest), 'column')} without a question, kept beside the answers: {shown}",)


def _coded(instrument: Instrument, matched: Mapping[str, str]) -> dict[str, str]:
    """Questions answered by codes or numbers → their columns."""
    return {
        name: column for name, column in matched.items() if question_scale(instrument, name).kind != "text"
    }


def _timed(export: Export) -> list[str]:
    return [export.paradata["duration"]] if "duration" in export.paradata else []


def _code_all(
    export: Export,
    instrument: Instrument,
    matched: Mapping[str, str],
    conventions: Mapping[str, Convention],
) -> tuple[dict[str, Answers], Problems]:
    answers: dict[str, Answers] = {}
    problems: Problems = []
    for question in instrument.sequence:
        scale = question_scale(instrument, question.id)
        if scale.kind == "text":
            continue
        if question.id not in matched:
            answers[question.id] = _not_asked(export.table.n)
            continue
        column = matched[question.id]
        cells = export.table.coded(column)
        answers[question.id], wrong = code_cells(cells, scale, export.blanks, conventions[column])
        name = question.id if column == question.id else f"{question.id} (column {column})"
        problems += [(row, f"item {name}: {text}") for row, text in wrong]
    return answers, problems


def _not_asked(n: int) -> Answers:
    return Answers(np.full(n, np.nan), np.full(n, MissingReason.NOT_ASKED, dtype=np.int8))


def _refuse(export: Export, problems: Problems) -> None:
    if not problems:
        return
    lines = [
        f"row {export.table.lines[row]}, {text}" for row, text in sorted(problems, key=lambda entry: entry[0])
    ]
    more = f"\n  and {len(lines) - VIOLATIONS} more" if len(lines) > VIOLATIONS else ""
    if any(IS_TEXT in text for _, text in problems):
        more += '\n  Labels in another language? Say which, such as language="de" (on the command line: --language de)'
    raise ResponseError(
        f"{export.table.source}: {counted(len(lines), 'answer')} off the scale; correct the file, or "
        "add the missing code to the scale. Rows are lines of the file.\n  "
        + "\n  ".join(lines[:VIOLATIONS])
        + more,
        tuple(lines),
    )


def _texts(export: Export, instrument: Instrument, matched: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    empty = ("",) * export.table.n
    return {
        name: export.table.column(matched[name]) if name in matched else empty for name in _free(instrument)
    }


def _free(instrument: Instrument) -> list[str]:
    """Questions that are answered in words of one's own."""
    return [item.id for item in instrument.items if question_scale(instrument, item.id).kind == "text"]


def _unclaimed(export: Export, claimed: set[str]) -> pd.DataFrame:
    """Columns that nobody asked for, as text, in the order of the file: nothing is lost."""
    kept = {name: list(export.table.column(name)) for name in export.table.names if name not in claimed}
    return pd.DataFrame(kept, index=range(export.table.n))


def _strayed(export: Export, matched: Mapping[str, str], stray: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Answers to questions that the route leaves out: not used, but kept as text beside the rest."""
    kept = {
        f"{name}_routed_out": np.where(cases, export.table.column(matched[name]), "")
        for name, cases in stray.items()
    }
    return pd.DataFrame(kept, index=range(export.table.n), dtype="object")


def _notes(stray: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    return tuple(
        f"{counted(int(cases.sum()), 'answer')} to {name}, which the route leaves out, not used but "
        f"kept in the context column {name}_routed_out"
        for name, cases in stray.items()
    )


def _is_synthetic(export: Export) -> bool:
    """One marked row marks the whole file: a mixture is no data about respondents."""
    names = export.table.names
    marks = export.table.coded(SYNTHETIC_COLUMN).texts if SYNTHETIC_COLUMN in names else ()
    return any(mark.strip().upper() == SYNTHETIC_MARK for mark in marks)
