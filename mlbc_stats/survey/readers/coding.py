"""Turn the cells of one question into codes and reasons, and say which cells are no answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mlbc_stats.number_text import Convention, describe_doubt
from mlbc_stats.survey.files.columns import Column
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.readers.wording import folded
from mlbc_stats.survey.responses.assembling import Answers
from mlbc_stats.survey.responses.model import MissingReason

REMEDY = 'say which by decimal="." or decimal="," (on the command line: --decimal)'
"""What decides between two readings of a number."""
IS_TEXT = "is text"
"""What a message says of a cell that is no number."""
Coded = tuple[float, int, str]
"""Value, reason and problem of a cell."""
REASON_WORDS = {reason.name.lower(): reason for reason in MissingReason if reason}


def code_cells(
    column: Column, scale: ResponseScale, blanks: frozenset[str], convention: Convention
) -> tuple[Answers, list[tuple[int, str]]]:
    """Code the cells of one question by its response scale.

    A cell may hold a code, a label in any language of the scale (when no other code has it), a missing code
    or its label, or the name of a reason (``refused``); blank cells are `NOT_ANSWERED`. `convention` reads the
    numbers; of two that a cell may be, only those on the scale count. Every different cell is looked at once.

    Returns
    -------
    answers : the coded answers.
    problems : (row index, message) of every cell that is no answer on this scale.
    """
    lookup = _labels(scale)
    return coded(column, [_code(cell.strip(), scale, lookup, blanks, convention) for cell in column.texts])


def coded(column: Column, known: Sequence[Coded]) -> tuple[Answers, list[tuple[int, str]]]:
    """Answers of all rows from what each different cell of their column is."""
    values = np.array([value for value, _, _ in known], dtype=float)
    reasons = np.array([reason for _, reason, _ in known], dtype=np.int8)
    wrong = [(place, problem) for place, (_, _, problem) in enumerate(known) if problem]
    problems = [
        (row, problem) for place, problem in wrong for row in np.flatnonzero(column.places == place).tolist()
    ]
    return Answers(values[column.places], reasons[column.places]), problems


def _code(
    cell: str, scale: ResponseScale, lookup: dict[str, int], blanks: frozenset[str], convention: Convention
) -> Coded:
    """Value, reason and problem of one cell; a number that is a code comes before a label."""
    if cell in REASON_WORDS:
        return math.nan, REASON_WORDS[cell], ""
    readings = convention.read(cell)
    possible = [number for number in readings if _known(number, scale)]
    if len(possible) > 1:
        return math.nan, MissingReason.NOT_ANSWERED, f"{describe_doubt(cell, readings)}; {REMEDY}"
    number = possible[0] if possible else lookup.get(folded(cell), readings[0] if readings else None)
    if number is not None and _known(number, scale):
        reason = scale.reason(int(number)) if number == int(number) else None
        return (math.nan, REASON_WORDS[reason], "") if reason else (number, MissingReason.OBSERVED, "")
    problem = "" if cell in blanks else _problem(cell, number, scale)
    return math.nan, MissingReason.NOT_ANSWERED, problem


def _known(number: float, scale: ResponseScale) -> bool:
    """Whether the number is a code, lies within the bounds, or is a missing code."""
    if number == int(number) and scale.reason(int(number)):
        return True
    if scale.codes:
        return number in scale.values
    lower = -math.inf if scale.lower is None else scale.lower
    upper = math.inf if scale.upper is None else scale.upper
    return lower <= number <= upper


def _labels(scale: ResponseScale) -> dict[str, int]:
    """Label → code for labels that belong to one code only."""
    valid = [(text, code.value) for code in scale.codes for text in code.label.values()]
    missing = [(text, code.value) for code in scale.missing for text in code.label.values()]
    values: dict[str, set[int]] = {}
    for text, value in valid + missing:
        values.setdefault(folded(text), set()).add(value)
    return {text: found.pop() for text, found in values.items() if len(found) == 1}


def _problem(cell: str, number: float | None, scale: ResponseScale) -> str:
    shown = cell if len(cell) <= 40 else f"{cell[:37]}..."
    if number is not None:
        return f"{shown} is outside scale {scale.id} ({_domain(scale)})"
    return f"{shown!r} {IS_TEXT}, expected a code or label of scale {scale.id} ({_domain(scale)})"


def _domain(scale: ResponseScale) -> str:
    codes = scale.values
    if codes and codes == tuple(range(codes[0], codes[-1] + 1)) and len(codes) > 3:
        valid = f"{codes[0]} to {codes[-1]}"
    elif codes:
        valid = ", ".join(str(value) for value in codes)
    else:
        bounds = ["any" if bound is None else str(bound) for bound in (scale.lower, scale.upper)]
        valid = " to ".join(bounds)
    missing = ", ".join(str(code.value) for code in scale.missing)
    return f"{valid}; missing {missing}" if missing else valid
