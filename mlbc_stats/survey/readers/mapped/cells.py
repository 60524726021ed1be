"""Turn the cells of one column from what the platform stores, or shows, into our codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.survey.files.columns import Column, column_of
from mlbc_stats.survey.mapping import MappedQuestion
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.wording import folded

Problems = list[tuple[int, str]]
LONGEST = 40
"""Characters of a cell that a message shows."""


@dataclass(frozen=True, slots=True, eq=False)
class OurCells:
    """A column in our codes; problems by row, and notes in words."""

    column: Column
    problems: Problems
    notes: tuple[str, ...] = ()


def our_cells(export: Export, question: MappedQuestion, name: str, beside: str) -> OurCells:
    """The cells of a question in our codes.

    Where every cell is a code the cells are codes, where every cell is a label they are labels; a column that mixes the
    two is told, and a cell that is both counts as a code. Numbers and free text stay as they are but for codes of no
    answer, which may stand in a second column.
    """
    column = export.table.coded(name)
    codes = {code.platform.strip(): str(code.value) for code in question.codes}
    labels = _labels(question)
    if question.kind in ("text", "number"):
        ours = column.changed(lambda cell: codes.get(cell.strip(), cell))
        return _with_beside(export, question, ours, beside, codes, labels)
    cells = {text: text.strip() for text in column.texts}
    filled = [cell for cell in cells.values() if cell and cell not in export.blanks - set(codes)]
    as_codes = all(cell in codes for cell in filled)
    as_labels = not as_codes and all(folded(cell) in labels for cell in filled)
    mixed = not as_codes and not as_labels
    ours = column.changed(lambda text: _ours(cells[text], codes, labels, export.blanks, as_labels))
    problems = _problems(column, ours, question, name)
    notes: tuple[str, ...] = ()
    if mixed and not problems:
        notes = (f"column {name} holds codes and labels; a cell that is both counts as a code",)
    return OurCells(_without(ours), problems, notes)


UNKNOWN = "\x00"
"""Stands before a cell that is neither code nor label."""


def _ours(
    cell: str, codes: Mapping[str, str], labels: Mapping[str, str], blanks: frozenset[str], as_labels: bool
) -> str:
    if not cell:
        return ""
    if cell in codes and not as_labels:
        return codes[cell]
    if folded(cell) in labels:
        return labels[folded(cell)]
    return "" if cell in blanks else UNKNOWN + cell


def _labels(question: MappedQuestion) -> dict[str, str]:
    """Label in any language → code, for labels that belong to one code only."""
    found: dict[str, set[int]] = {}
    for code in question.codes:
        for text in code.label.values():
            found.setdefault(folded(text), set()).add(code.value)
    return {text: str(next(iter(values))) for text, values in found.items() if len(values) == 1}


def _problems(column: Column, ours: Column, question: MappedQuestion, name: str) -> Problems:
    wrong = [place for place, text in enumerate(ours.texts) if text.startswith(UNKNOWN)]
    known = ", ".join(code.platform for code in question.codes)
    problems: Problems = []
    for place in wrong:
        shown = column.texts[place].strip()
        shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
        text = f"item {question.id} (column {name}): {shown!r} is neither a code ({known}) nor a label of the mapping"
        problems += [(row, text) for row in np.flatnonzero(column.places == place).tolist()]
    return problems


def _without(column: Column) -> Column:
    return column.changed(lambda cell: "" if cell.startswith(UNKNOWN) else cell)


def _with_beside(
    export: Export,
    question: MappedQuestion,
    column: Column,
    beside: str,
    codes: Mapping[str, str],
    labels: Mapping[str, str],
) -> OurCells:
    """Codes for no answer from the second column, where the first is blank."""
    if not beside:
        return OurCells(column, [])
    second = export.table.coded(beside)
    reasons = second.changed(lambda cell: _ours(cell.strip(), codes, labels, export.blanks, False))
    problems = _problems(second, reasons, question, beside)
    answers, codes_beside = (
        np.array(column.cells, dtype=object),
        np.array(_without(reasons).cells, dtype=object),
    )
    blank = np.array([not cell.strip() for cell in answers], dtype=bool)
    both = int((~blank & (codes_beside != "")).sum())
    notes = (
        (
            f"beside {counted(both, 'answer')} to {question.id} stands a reason for no answer; the answer counts",
        )
        if both
        else ()
    )
    whole = column_of(np.where(blank, codes_beside, answers).tolist())
    return OurCells(whole, problems, notes)
