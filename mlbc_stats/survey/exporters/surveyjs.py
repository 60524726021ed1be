"""A questionnaire as the JSON form that the SurveyJS form library shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire

CONSENT = "consent"
"""Name of the first page and of its one question; 1 agrees, 0 does not and ends the questionnaire."""
AGREE = {
    "en": "I have read this and agree to take part.",
    "de": "Ich habe dies gelesen und nehme teil.",
    "fi": "Olen lukenut tämän ja osallistun.",
}
DECLINE = {"en": "I do not take part.", "de": "Ich nehme nicht teil.", "fi": "En osallistu."}
CONSENT_TITLE = {"en": "Taking part", "de": "Teilnahme", "fi": "Osallistuminen"}
OFFERED = ("not_applicable", "dont_know", "refused")
"""Reasons for no answer that a respondent may choose; the others are recorded."""
LONGEST_HEADING = 30
"""Characters of an answer that still stands at the head of a column; longer ones are descriptions to be read."""
LONGEST_TEXT = 4000
"""Characters of a free answer."""

Json = dict[str, Any]


def surveyjs_form(questionnaire: Questionnaire) -> Json:
    """The questionnaire for SurveyJS: consent, then one page per block, in every language.

    Answers come out under the ids of the questions, as their codes. Runs of rated questions that share a scale are
    matrices called ``BLOCK__1``, ``BLOCK__2``, ..., whose rows are the questions: ``{"TC__1": {"tc_pace_1": 5}}``.
    The reasons for no answer that a respondent may choose stand beside the answers under their codes. A routed
    question is shown unless an earlier answer rules it out, as `survey.read` counts it. Numbers have no place for such
    reasons; they are left blank instead.

    Returns
    -------
    dict
        for ``new Survey.Model(form)``; texts of instruments are escaped where SurveyJS takes HTML.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> form = surveyjs_form(survey.compose(["marker"]))
    >>> [element["type"] for element in form["pages"][0]["elements"]]
    ['html', 'matrix']
    """
    instrument = questionnaire.instrument
    pages = [_page(questionnaire, block) for block in questionnaire.blocks]
    if instrument.introduction is not None:
        pages[0]["elements"].insert(0, _words("introduction", instrument.introduction))
    return {
        "title": _text(instrument.title),
        "locale": instrument.languages[0],
        "pages": [*_consent_page(instrument), *pages],
        "triggers": [{"type": "complete", "expression": f"{{{CONSENT}}} = 0"}] if instrument.consent else [],
        "showQuestionNumbers": "off",
        "showProgressBar": True,
        "progressBarType": "pages",
        "clearInvisibleValues": "onHidden",
        "textUpdateMode": "onBlur",
        "maxTextLength": LONGEST_TEXT,
    }


def _text(text: Mapping[str, str]) -> Json:
    """A localized text; SurveyJS calls English the default."""
    return {("default" if language == "en" else language): words for language, words in text.items()}


def _words(name: str, text: Text) -> Json:
    """Words between questions; the one element that takes HTML, so they are escaped."""
    return {
        "type": "html",
        "name": name,
        "html": _text({language: f"<p>{escape(words)}</p>" for language, words in text.items()}),
    }


def _consent_page(instrument: Instrument) -> list[Json]:
    if instrument.consent is None:
        return []

    def told(words: Mapping[str, str]) -> Json:
        return _text({language: words.get(language, words["en"]) for language in instrument.languages})

    question = {
        "type": "radiogroup",
        "name": CONSENT,
        "title": told(CONSENT_TITLE),
        "isRequired": True,
        "choices": [{"value": 1, "text": told(AGREE)}, {"value": 0, "text": told(DECLINE)}],
    }
    return [{"name": CONSENT, "elements": [_words("consent_text", instrument.consent), question]}]


def _page(questionnaire: Questionnaire, block: Block) -> Json:
    """The words of a block, then its questions, rated ones as matrices."""
    words = [_words(f"{block.id}__words_{number}", text) for number, text in enumerate(block.words, 1)]
    cells = grids(questionnaire)
    elements = [
        _element(questionnaire.instrument, name, run, cells) for name, run in _runs(questionnaire, block)
    ]
    return {"name": block.id, "elements": [*words, *elements]}


def grids(questionnaire: Questionnaire) -> dict[str, str]:
    """Question id → name of the matrix it is a row of; questions outside matrices are left out.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> grids(survey.compose(["marker"]))["marker_1"]
    'marker__1'
    """
    runs = [run for block in questionnaire.blocks for run in _runs(questionnaire, block)]
    return {question.id: name for name, questions in runs if name for question in questions}


def _runs(questionnaire: Questionnaire, block: Block) -> Iterator[tuple[str, list[Item | Check]]]:
    """(matrix name, its questions) of each run of rated questions on one scale, ("", [question]) of all others."""
    instrument = questionnaire.instrument
    by_id: dict[str, Item | Check] = {question.id: question for question in questionnaire.questions}
    number = 0
    for (_, rated), run in groupby(
        (by_id[name] for name in block.questions), key=lambda q: (q.scale, _rated(instrument, q))
    ):
        questions = list(run)
        if rated:
            number += 1
            yield f"{block.id}__{number}", questions
        else:
            yield from (("", [question]) for question in questions)


def _rated(instrument: Instrument, question: Item | Check) -> bool:
    """Whether it can be a row of a matrix: ordered answers with short labels; checks go with their neighbours."""
    scale = instrument.scale(question.scale)
    measures = isinstance(question, Check) or bool(question.construct)
    brief = all(len(text) <= LONGEST_HEADING for code in scale.codes for text in code.label.values())
    return scale.kind == "ordinal" and measures and brief


def _element(
    instrument: Instrument, name: str, run: Sequence[Item | Check], cells: Mapping[str, str]
) -> Json:
    scale = instrument.scale(run[0].scale)
    if not name:
        return {**_question(run[0], "name", "title"), **_answers(scale), **_shown(instrument, run[0], cells)}
    rows = [{**_question(item, "value", "text"), **_shown(instrument, item, cells)} for item in run]
    return {
        "type": "matrix",
        "name": name,
        "titleLocation": "hidden",
        "rowTitleWidth": "32%",
        "columnMinWidth": "4.5rem",
        "columns": _choices(scale),
        "rows": rows,
        "hideIfRowsEmpty": True,
    }


def _question(question: Item | Check, key: str, words: str) -> Json:
    return {key: question.id, words: _text(question.text)}


def _answers(scale: ResponseScale) -> Json:
    """How one question by itself is answered."""
    if scale.kind == "text":
        return {"type": "comment", "rows": 1, "autoGrow": True, "maxLength": LONGEST_TEXT}
    if scale.kind == "number":
        bounds = {"min": scale.lower, "max": scale.upper}
        return {"type": "text", "inputType": "number"} | {k: v for k, v in bounds.items() if v is not None}
    return {"type": "radiogroup", "choices": _choices(scale)}


def _choices(scale: ResponseScale) -> list[Json]:
    offered = [code for code in scale.missing if code.reason in OFFERED]
    shown = [(code.value, code.label) for code in scale.codes] + [
        (code.value, code.label) for code in offered
    ]
    return [{"value": value, "text": _text(label)} for value, label in shown]


def _shown(instrument: Instrument, question: Item | Check, cells: Mapping[str, str]) -> Json:
    condition = " and ".join(_conditions(instrument, question, cells))
    return {"visibleIf": condition} if condition else {}


def _conditions(instrument: Instrument, question: Item | Check, cells: Mapping[str, str]) -> Iterator[str]:
    """One condition per question on the way; a question that was left blank rules nothing out."""
    if isinstance(question, Check) or question.route is None:
        return
    router = question.route.question
    if router not in {item.id for item in instrument.items}:
        return
    yield from _conditions(instrument, instrument.item(router), cells)
    place = f"{cells[router]}.{router}" if router in cells else router
    codes = ", ".join(str(code) for code in question.route.codes)
    yield f"({{{place}}} empty or {{{place}}} anyof [{codes}])"
