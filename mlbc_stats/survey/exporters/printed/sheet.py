"""What stands on the paper: numbered questions with boxes, in one language, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import printable
from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run

Json = dict[str, Any]


def sheet(form: Form, mapping: MappingManifest, language: str) -> Json:
    """Title, consent and pages; every question has its number and its boxes with the codes to type in."""
    number = {question.id: place for place, question in enumerate(form.questionnaire.questions, 1)}
    told = {
        name: phrase(name, [language])[language] for name in ("title", "unit", "none", "agree", "decline")
    }
    return {
        "language": language,
        "draft": language in form.instrument.drafts,
        "title": printable(form.instrument.title[language]),
        "unit": told["unit"],
        "consent": _paragraphs(form.consent[language]) if form.consent is not None else [],
        "consent_title": told["title"],
        "consent_answers": [(GIVEN, told["agree"]), (REFUSED, told["decline"])],
        "none": told["none"],
        "pages": [_page(form, mapping, page, language, number) for page in form.pages],
        "version": mapping.questionnaire.fingerprint[:8],
    }


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in printable(text).split("\n\n") if part.strip()]


def _page(form: Form, mapping: MappingManifest, page: Page, language: str, number: dict[str, int]) -> Json:
    return {
        "id": page.id,
        "words": [part for words in page.words for part in _paragraphs(words[language])],
        "parts": [_part(form, mapping, run, language, number) for run in page.runs],
    }


def _part(form: Form, mapping: MappingManifest, run: Run, language: str, number: dict[str, int]) -> Json:
    placed = mapping.question(run.questions[0].id)
    return {
        "kind": "grid" if run.name else placed.kind,
        "answers": _answers(placed, language, for_none=False),
        "none": _answers(placed, language, for_none=True),
        "questions": [
            {
                "number": number[question.id],
                "text": printable(question.text[language]),
                "only": " ".join(_only(form, question, language, number)),
            }
            for question in run.questions
        ],
    }


def _answers(placed: MappedQuestion, language: str, for_none: bool) -> list[tuple[int, str]]:
    chosen = [code for code in placed.codes if code.offered and (code.reason is not None) == for_none]
    return [(code.value, printable(code.label[language])) for code in chosen]


def _only(form: Form, question: Item | Check, language: str, number: dict[str, int]) -> Iterator[str]:
    """After which answers a question is asked, in words."""
    for route in form.routes(question):
        router = form.instrument.item(route.question)
        labels = {code.value: code.label[language] for code in form.instrument.scale(router.scale).codes}
        answers = " / ".join(f"“{labels[code]}”" for code in route.codes if code in labels)
        yield phrase("only", [language])[language].format(number[router.id], answers)
