"""XLSForm: the workbook that ODK, KoboToolbox and SurveyCTO turn into a form."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import FORMULA, printable
from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import Place, named_places
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest, SystemColumns
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase

LANGUAGES = {"en": "English", "de": "Deutsch", "fi": "Suomi"}
"""Names of languages; others are called by their tag."""
COLUMNS = ("type", "name", "required", "relevant", "constraint", "appearance", "default")
GROUP = "page_"
"""Before the id of a block, so that a page is never called like a question."""

Row = dict[str, Any]


def write_xlsform(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """Consent first, then a page per block; a page is reached only by those who agree."""
    rows: list[Row] = [{"type": "start", "name": "start"}, {"type": "end", "name": "end"}]
    rows += _before(form, mapping)
    for page in form.pages:
        rows += _page(form, mapping, page)
    told = [f"label::{_language(language)}" for language in form.languages]
    title, version = (
        form.instrument.title[form.languages[0]],
        mapping.questionnaire.fingerprint[:8],
    )
    settings = {
        "form_title": title,
        "form_id": form.name,
        "version": version,
        "default_language": _language(form.languages[0]),
        "style": "pages",
    }
    sheets = {
        "survey": _table((*COLUMNS, *told), rows),
        "choices": _table(("list_name", "name", *told), list(_choices(form, mapping))),
        "settings": [list(settings), list(settings.values())],
    }
    return {".xlsx": _workbook(sheets)}


def _language(language: str) -> str:
    return f"{LANGUAGES.get(language.partition('-')[0], language)} ({language})"


def _table(header: Sequence[str], rows: Sequence[Row]) -> list[list[str]]:
    return [list(header), *([str(row.get(name, "")) for name in header] for row in rows)]


def _told(text: Text) -> Row:
    """A text per language. ``${`` would point to a question; a blank keeps it from that."""
    return {f"label::{_language(one)}": printable(words).replace("${", "$ {") for one, words in text.items()}


def _before(form: Form, mapping: MappingManifest) -> Iterator[Row]:
    yield {"type": "text", "name": mapping.system.unit, **_told(phrase("unit", form.languages))}
    if mapping.consent is None or form.consent is None:
        return
    yield {"type": "begin_group", "name": f"{GROUP}consent", "appearance": "field-list"}
    yield {"type": "note", "name": "consent_text", **_told(form.consent)}
    title = _told(phrase("title", form.languages))
    yield {"type": "select_one consent", "name": mapping.consent.column, "required": "yes", **title}
    yield {"type": "end_group"}


def _page(form: Form, mapping: MappingManifest, page: Page) -> Iterator[Row]:
    consent = mapping.consent
    agreed = f"${{{consent.column}}} = '{consent.given}'" if consent else ""
    yield {
        "type": "begin_group",
        "name": GROUP + page.id,
        "appearance": "field-list",
        "relevant": agreed,
    }
    for number, words in enumerate(page.words, 1):
        yield {"type": "note", "name": f"{page.id}_words_{number}", **_told(words)}
    for run in page.runs:
        for question in run.questions:
            yield from _question(form, mapping, question)
    yield {"type": "end_group"}


def _question(form: Form, mapping: MappingManifest, question: Item | Check) -> Iterator[Row]:
    placed = mapping.question(question.id)
    shown = " and ".join(_routes(form, mapping, question))
    told = _told(placed.text)
    yield {"type": _kind(placed), "name": placed.column, "relevant": shown, **_bounds(placed), **told}
    if placed.beside:
        blank = f"${{{placed.column}}} = ''"
        yield {
            "type": f"select_one {placed.scale}",
            "name": placed.beside,
            "relevant": f"{blank} and {shown}" if shown else blank,
            **_told(phrase("none", form.languages)),
        }


def _kind(placed: MappedQuestion) -> str:
    return {"text": "text", "number": "integer"}.get(placed.kind, f"select_one {placed.scale}")


def _bounds(placed: MappedQuestion) -> Row:
    """Lowest and highest number; a constraint is not held against a blank answer."""
    if placed.kind != "number":
        return {}
    limits = {">=": placed.lower, "<=": placed.upper}
    held = [f". {sign} {bound}" for sign, bound in limits.items() if bound is not None]
    return {"constraint": " and ".join(held)}


def _routes(form: Form, mapping: MappingManifest, question: Item | Check) -> Iterator[str]:
    """One condition per question on the way; one that was left blank rules nothing out."""
    for route in form.routes(question):
        router = mapping.question(route.question)
        answers = ["", *(code.platform for code in router.codes if code.value in route.codes)]
        yield "(" + " or ".join(f"${{{router.column}}} = '{answer}'" for answer in answers) + ")"


def _choices(form: Form, mapping: MappingManifest) -> Iterator[Row]:
    if mapping.consent is not None:
        for value, name in ((GIVEN, "agree"), (REFUSED, "decline")):
            yield {"list_name": "consent", "name": str(value), **_told(phrase(name, form.languages))}
    lists = {question.scale: question for question in mapping.questions}
    for name, question in lists.items():
        for code in question.codes:
            if code.offered:
                yield {"list_name": name, "name": code.platform, **_told(code.label)}


def _workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Every cell a text, so that none becomes a formula."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row, 1):
                if text:
                    cell = sheet.cell(number, column, text)
                    cell.data_type = "s"
                    cell.quotePrefix = text.startswith(FORMULA)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Columns with the group before them, as the platforms write it in their exports."""
    group = {q.id: GROUP + page.id for page, run in form.runs for q in run.questions}
    return {
        name: Place(place.column, aliases=_grouped(group.get(name, ""), place.column), beside=place.beside)
        for name, place in named_places(form, limits).items()
    }


def _grouped(group: str, column: str) -> tuple[str, ...]:
    """ODK Central parts group and question by -, KoboToolbox by /."""
    return tuple(f"{group}{mark}{column}" for mark in "-/") if group else ()


XLSFORM = Target(
    name="xlsform",
    platform="ODK, KoboToolbox, SurveyCTO (XLSForm)",
    limits=Limits(longest_name=100),
    write=write_xlsform,
    places=_places,
    system=SystemColumns(started="start", ended="end"),
    checked="run",
)
