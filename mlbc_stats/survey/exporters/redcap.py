"""REDCap: the data dictionary as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlbc_stats.survey.exporters.plan.escaping import inert_html, separated
from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest, SystemColumns
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run

HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
PIPED = "[]{}|"
"""Characters that pipe other answers into a text, or part choices; written as entities."""
RECORD = "record_id"
KINDS = {"text": "notes", "number": "text"}

Row = dict[str, str]


def write_redcap(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """One row per field, in the first language; every block begins with a section header, by which pages are made."""
    rows = [_row(form, RECORD, "text", "Record ID"), *_before(form, mapping)]
    for page in form.pages:
        rows += _page(form, mapping, page)
    return {".csv": separated([HEADER, *([row.get(name, "") for name in HEADER] for row in rows)])}


def _row(form: Form, name: str, kind: str, label: str, **more: str) -> Row:
    named = {HEADER[0]: name, HEADER[1]: form.name.lower(), HEADER[3]: kind, HEADER[4]: label}
    return named | {COLUMNS[key]: value for key, value in more.items()}


COLUMNS = {
    "header": HEADER[2],
    "choices": HEADER[5],
    "validation": HEADER[7],
    "lower": HEADER[8],
    "upper": HEADER[9],
    "shown": HEADER[11],
    "required": HEADER[12],
    "matrix": HEADER[15],
    "annotation": HEADER[17],
}


def _before(form: Form, mapping: MappingManifest) -> Iterator[Row]:
    """Token of the invitation and consent."""
    language = form.languages[0]
    label = _label(phrase("unit", [language]), language)
    yield _row(form, mapping.system.unit, "text", label, annotation="Code of the invitation. @HIDDEN-SURVEY")
    if mapping.consent is None or form.consent is None:
        return
    words = {GIVEN: phrase("agree", [language]), REFUSED: phrase("decline", [language])}
    choices = " | ".join(f"{value}, {_label(text, language)}" for value, text in words.items())
    title = _label(phrase("title", [language]), language)
    text = _label(form.consent, language)
    yield _row(form, f"{mapping.consent.column}_text", "descriptive", text, header=title)
    yield _row(form, mapping.consent.column, "radio", title, choices=choices, required="y")


def _page(form: Form, mapping: MappingManifest, page: Page) -> Iterator[Row]:
    language = form.languages[0]
    header = "<br><br>".join(_label(words, language) for words in page.words) or "&nbsp;"
    for run in page.runs:
        for question in run.questions:
            placed = mapping.question(question.id)
            shown = _shown(form, mapping, question)
            more = {"header": header, "shown": shown} | _grid(run)
            kind, label = KINDS.get(placed.kind, "radio"), _label(placed.text, language)
            yield _row(form, placed.column, kind, label, **(more | _asked(placed, language)))
            header = ""
            if placed.beside:
                empty = f"[{placed.column}] = ''" + (f" and ({shown})" if shown else "")
                label = _label(phrase("none", [language]), language)
                yield _row(
                    form, placed.beside, "radio", label, choices=_choices(placed, language), shown=empty
                )


def _asked(placed: MappedQuestion, language: str) -> dict[str, str]:
    if placed.kind == "text":
        return {}
    if placed.kind == "number":
        bounds = {"lower": placed.lower, "upper": placed.upper}
        return {"validation": "integer"} | {k: str(v) for k, v in bounds.items() if v is not None}
    return {"choices": _choices(placed, language)}


def _choices(placed: MappedQuestion, language: str) -> str:
    """``1, label | 2, label``; a blank keeps a leading minus sign from being taken for a formula."""
    text = " | ".join(
        f"{code.platform}, {_label(code.label, language)}" for code in placed.codes if code.offered
    )
    return f" {text}" if text.startswith("-") else text


def _grid(run: Run) -> dict[str, str]:
    return {"matrix": run.name.lower()} if run.name else {}


def _shown(form: Form, mapping: MappingManifest, question: Item | Check) -> str:
    """Branching logic: consent, and every route on the way unless its question was left blank."""
    parts = [f"[{mapping.consent.column}] = '{mapping.consent.given}'"] if mapping.consent else []
    for route in form.routes(question):
        router = mapping.question(route.question)
        answers = ["", *(code.platform for code in router.codes if code.value in route.codes)]
        parts.append("(" + " or ".join(f"[{router.column}] = '{answer}'" for answer in answers) + ")")
    return " and ".join(parts)


def _label(text: Text, language: str) -> str:
    return inert_html(text[language], PIPED)


REDCAP = Target(
    name="redcap",
    platform="REDCap (data dictionary)",
    limits=Limits(strange=r"[^a-z0-9_]", longest_name=100, lower=True, one_language=True),
    write=write_redcap,
    system=SystemColumns(case=RECORD),
)
