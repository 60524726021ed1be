"""Check a page of answers against the questionnaire before anything is stored."""

from __future__ import annotations

import math
import re
from typing import Any

from mlbc_stats.field.store.pages import RefusedError, Send
from mlbc_stats.survey.exporters.surveyjs import CONSENT, LONGEST_TEXT
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.questionnaire.layout import offered
from mlbc_stats.survey.questionnaire.model import Questionnaire

LONGEST_STAY = 7 * 24 * 3600.0
"""Seconds on one page that are still recorded."""
MOST_PASTES = 10_000
NAME = re.compile(r"[0-9a-f-]{36}")
FIELDS = frozenset({"send", "page", "answers", "seconds", "pastes", "trap", "language", "last"})


def checked_send(questionnaire: Questionnaire, body: Any) -> Send:
    """A page as it came, when every part of it has its type and every answer is on its scale.

    Raises
    ------
    RefusedError : 422; the reason names the field or question.
    """
    if not isinstance(body, dict) or set(body) != FIELDS:
        raise RefusedError(422, "fields")
    send, page, answers = body["send"], body["page"], body["answers"]
    _need(isinstance(send, str) and NAME.fullmatch(send) is not None, "send")
    pages = questions(questionnaire)
    _need(isinstance(page, str) and page in pages, "page")
    _need(isinstance(answers, dict) and set(answers) <= set(pages[page]), "answers")
    _need(_number(body["seconds"]) and body["seconds"] >= 0, "seconds")
    _need(type(body["pastes"]) is int and body["pastes"] >= 0, "pastes")
    _need(type(body["trap"]) is bool and type(body["last"]) is bool, "trap or last")
    _need(body["language"] in questionnaire.instrument.languages, "language")
    given = {name: answers[name] for name in pages[page] if answers.get(name) is not None}
    for name, value in given.items():
        _need(_answers(pages[page][name], value), name)
    _need(page != CONSENT or CONSENT in given, CONSENT)
    return Send(
        send,
        page,
        {name: value for name, value in given.items() if value != ""},
        min(float(body["seconds"]), LONGEST_STAY),
        min(body["pastes"], MOST_PASTES),
        body["trap"],
        body["language"],
        body["last"],
    )


def questions(questionnaire: Questionnaire) -> dict[str, dict[str, ResponseScale | None]]:
    """Page → question → its scale, None for the consent."""
    instrument = questionnaire.instrument
    scales: dict[str, ResponseScale | None] = {
        question.id: instrument.scale(question.scale) for question in questionnaire.questions
    }
    own = {block.id: {name: scales[name] for name in block.questions} for block in questionnaire.blocks}
    return {CONSENT: {CONSENT: None}, **own}


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise RefusedError(422, what)


def _number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _answers(scale: ResponseScale | None, value: Any) -> bool:
    """Whether a value is an answer: a code of the scale, a number in its bounds, or a text that can be stored."""
    if scale is None:
        return type(value) is int and value in (0, 1)
    if scale.kind == "text":
        return isinstance(value, str) and len(value) <= LONGEST_TEXT and _storable(value)
    none = [code.value for code in offered(scale)]
    if scale.codes:
        return type(value) is int and value in (*scale.values, *none)
    lower = -math.inf if scale.lower is None else scale.lower
    upper = math.inf if scale.upper is None else scale.upper
    return _number(value) and (lower <= value <= upper or value in none)


def _storable(text: str) -> bool:
    """Whether every database takes the text: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
