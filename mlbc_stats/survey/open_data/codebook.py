"""The codebook of a data file: what every column asks, and what its codes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.responses.model import Responses, question_scale

OTHERS = {
    "synthetic": "SYNTHETIC where no respondent gave these answers",
    "case_id": "number of the respondent, given for this file",
    "unit_id": "number of the solution or organization answered about, given for this file",
    "duration": "seconds from the first page to the last",
    "informant_group": "group of informants that the respondent belongs to",
    "wave": "wave of the panel",
    "kept": "1 where screening kept the case, 0 where it was set aside",
    "flags": "screening rules that flagged the case",
}
"""Columns that are no questions."""


def codebook(responses: Responses, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """One row per column of the data, as columns of text.

    `values` lists code and label, `missing` the codes and words that stand for no answer, `filled` counts cells that
    are not blank. Reversed items are stored as answered.
    """
    questions = {question.id: question for question in responses.instrument.sequence}
    rows = [_question(responses, questions[name]) if name in questions else _other(name) for name in columns]
    filled = [str(sum(map(bool, cells))) for cells in columns.values()]
    names = ("role", "construct", "reversed", "text", "values", "missing")
    return {
        "column": list(columns),
        **{name: [row.get(name, "") for row in rows] for name in names},
        "filled": filled,
    }


def _other(name: str) -> dict[str, str]:
    return {"role": "identification" if name.endswith("_id") else "record", "text": OTHERS.get(name, "")}


def _question(responses: Responses, question: Item | Check) -> dict[str, str]:
    scale = question_scale(responses.instrument, question.id)
    language = responses.instrument.languages[0]
    row = {
        "text": question.text[language],
        "values": _values(scale, language),
        "missing": "; ".join(f"{code.value} {code.label[language]}" for code in scale.missing),
    }
    if isinstance(question, Check):
        return row | {"role": "attention check", "reversed": f"expected {question.expected}"}
    role = "item" if question.construct else "context"
    return row | {
        "role": role,
        "construct": question.construct or "",
        "reversed": "reversed" if question.reversed else "",
    }


def _values(scale: ResponseScale, language: str) -> str:
    if scale.codes:
        return "; ".join(f"{code.value} {code.label[language]}" for code in scale.codes)
    lower, upper = ("any" if bound is None else str(bound) for bound in (scale.lower, scale.upper))
    return f"{lower} to {upper}"
