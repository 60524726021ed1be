"""A questionnaire as the JSON form that the SurveyJS form library shows."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item, Route
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run, offered, routes, runs
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire

CONSENT = "consent"
"""Name of the first page and of its one question; 1 agrees, 0 does not and ends the questionnaire."""
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
        "html": _text({language: _paragraphs(words) for language, words in text.items()}),
    }


def _paragraphs(words: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in words.split("\n\n"))


def _consent_page(instrument: Instrument) -> list[Json]:
    if instrument.consent is None:
        return []

    def told(name: str) -> Json:
        return _text(phrase(name, instrument.languages))

    question = {
        "type": "radiogroup",
        "name": CONSENT,
        "title": told("title"),
        "isRequired": True,
        "choices": [{"value": GIVEN, "text": told("agree")}, {"value": REFUSED, "text": told("decline")}],
    }
    return [{"name": CONSENT, "elements": [_words("consent_text", instrument.consent), question]}]


def _page(questionnaire: Questionnaire, block: Block) -> Json:
    """The words of a block, then its questions, rated ones as matrices."""
    words = [_words(f"{block.id}__words_{number}", text) for number, text in enumerate(block.words, 1)]
    cells = grids(questionnaire)
    elements = [_element(questionnaire.instrument, run, cells) for run in runs(questionnaire, block)]
    return {"name": block.id, "elements": [*words, *elements]}


def grids(questionnaire: Questionnaire) -> dict[str, str]:
    """Question id → name of the matrix it is a row of; questions outside matrices are left out.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> grids(survey.compose(["marker"]))["marker_1"]
    'marker__1'
    """
    found = [run for block in questionnaire.blocks for run in runs(questionnaire, block) if run.name]
    return {question.id: run.name for run in found for question in run.questions}


def _element(instrument: Instrument, run: Run, cells: Mapping[str, str]) -> Json:
    first, *_ = run.questions
    if not run.name:
        return {
            **_question(first, "name", "title"),
            **_answers(run.scale),
            **_shown(instrument, first, cells),
        }
    rows = [{**_question(item, "value", "text"), **_shown(instrument, item, cells)} for item in run.questions]
    return {
        "type": "matrix",
        "name": run.name,
        "title": _text(phrase("each_row", instrument.languages)),
        "rowTitleWidth": "300px",
        "columnMinWidth": "70px",
        "columns": _choices(run.scale),
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
    answers = [(code.value, code.label) for code in scale.codes]
    none = [(code.value, code.label) for code in offered(scale)]
    return [{"value": value, "text": _text(label)} for value, label in (*answers, *none)]


def _shown(instrument: Instrument, question: Item | Check, cells: Mapping[str, str]) -> Json:
    condition = " and ".join(_condition(route, cells) for route in routes(instrument, question))
    return {"visibleIf": condition} if condition else {}


def _condition(route: Route, cells: Mapping[str, str]) -> str:
    """True unless the question of the route was answered otherwise; one that was left blank rules nothing out."""
    place = f"{cells[route.question]}.{route.question}" if route.question in cells else route.question
    codes = ", ".join(str(code) for code in route.codes)
    return f"({{{place}}} empty or {{{place}}} anyof [{codes}])"
