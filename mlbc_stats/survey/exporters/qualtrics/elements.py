"""The questions of a QSF file: matrices, choices, texts, with recode values, translations and display logic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import html, one_line
from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.exporters.qualtrics.advanced import PIPED
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedCode, MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run

Json = dict[str, Any]
LONGEST_DESCRIPTION = 99


def tag(language: str) -> str:
    """Qualtrics writes language tags in capitals."""
    return language.upper()


def question_id(import_id: str) -> str:
    """The question of a column: ``QID3_1`` and ``QID3_TEXT`` are of ``QID3``."""
    return import_id.partition("_")[0]


def words(form: Form, qid: str, name: str, text: Text) -> Json:
    """Words between questions."""
    return _question(form, qid, name, text, "DB", "TB")


def consent(form: Form, mapping: MappingManifest) -> Json:
    """The question whether the respondent takes part; it has to be answered."""
    placed = mapping.consent
    if placed is None:
        return {}
    codes = [
        MappedCode(value=value, platform=str(value), label=phrase(name, form.languages))
        for value, name in ((GIVEN, "agree"), (REFUSED, "decline"))
    ]
    made = _choice(form, placed.import_id, placed.column, phrase("title", form.languages), codes)
    made["Validation"] = {"Settings": {"ForceResponse": "ON", "ForceResponseType": "ON", "Type": "None"}}
    return made


def questions(form: Form, mapping: MappingManifest, page: Page, run: Run) -> Iterator[Json]:
    """The questions of a run, with that of its codes for no answer behind a text or number."""
    rows = [mapping.question(question.id) for question in run.questions]
    qid = question_id(rows[0].import_id)
    made = _grid(form, run, qid, rows, page.shuffled) if run.name else _single(form, qid, rows[0])
    logic = _routes(form, mapping, run.questions[0])
    yield made | _logic(logic)
    if rows[0].beside:
        beside = f"QID{int(qid.removeprefix('QID')) + 1}"
        text = phrase("none", form.languages)
        codes = [code for code in rows[0].codes if code.offered]
        yield _choice(form, beside, rows[0].beside, text, codes) | _logic(logic)


def _grid(form: Form, run: Run, qid: str, rows: Sequence[MappedQuestion], shuffled: bool) -> Json:
    codes = [code for code in rows[0].codes if code.offered]
    statements = {str(number): row.text for number, row in enumerate(rows, 1)}
    answers = {str(number): code.label for number, code in enumerate(codes, 1)}
    empty = dict.fromkeys(form.languages, "")
    parts = {"Choices": statements, "Answers": answers}
    made = _question(form, qid, run.name, empty, "Matrix", "Likert", "SingleAnswer", parts)
    made |= {
        "ChoiceDataExportTags": {str(number): row.column for number, row in enumerate(rows, 1)},
        "RecodeValues": {str(number): code.platform for number, code in enumerate(codes, 1)},
    }
    if shuffled:
        made["Randomization"] = {"Advanced": None, "Type": "All", "TotalRandSubset": ""}
    return made


def _single(form: Form, qid: str, row: MappedQuestion) -> Json:
    if row.kind in ("ordinal", "nominal"):
        return _choice(form, qid, row.column, row.text, [code for code in row.codes if code.offered])
    made = _question(form, qid, row.column, row.text, "TE", "ML" if row.kind == "text" else "SL")
    if row.kind == "number":
        held: Json = {"NumDecimals": "0"}
        if row.lower is not None and row.upper is not None:
            held |= {"Min": str(row.lower), "Max": str(row.upper)}
        made["Validation"] = {
            "Settings": {
                "ForceResponse": "OFF",
                "Type": "ContentType",
                "ContentType": "ValidNumber",
                "ValidNumber": held,
            }
        }
    return made


def _choice(form: Form, qid: str, name: str, text: Text, codes: Sequence[MappedCode]) -> Json:
    labels = {str(number): code.label for number, code in enumerate(codes, 1)}
    made = _question(form, qid, name, text, "MC", "SAVR", "TX", {"Choices": labels})
    return made | {"RecodeValues": {str(number): code.platform for number, code in enumerate(codes, 1)}}


def _question(
    form: Form,
    qid: str,
    name: str,
    text: Text,
    kind: str,
    selector: str,
    sub_selector: str = "",
    parts: Mapping[str, Mapping[str, Text]] | None = None,
) -> Json:
    """What every kind of question has; `parts` are its choices and answers, by number."""
    first, *others = form.languages

    def told(language: str) -> Json:
        shown = {
            part: {number: {"Display": html(label[language], PIPED)} for number, label in entries.items()}
            for part, entries in (parts or {}).items()
        }
        return {"QuestionText": html(text[language], PIPED) or "&nbsp;", **shown}

    orders = {
        {"Choices": "ChoiceOrder", "Answers": "AnswerOrder"}[part]: list(entries)
        for part, entries in (parts or {}).items()
    }
    return {
        **told(first),
        **orders,
        "DataExportTag": name,
        "QuestionType": kind,
        "Selector": selector,
        **({"SubSelector": sub_selector} if sub_selector else {}),
        "DataVisibility": {"Private": False, "Hidden": False},
        "Configuration": {"QuestionDescriptionOption": "UseText"},
        "QuestionDescription": one_line(text[first])[:LONGEST_DESCRIPTION] or name,
        "Validation": {"Settings": {"ForceResponse": "OFF", "Type": "None"}},
        "Language": {tag(language): told(language) for language in others} or [],
        "NextChoiceId": len((parts or {}).get("Choices", {})) + 1,
        "NextAnswerId": len((parts or {}).get("Answers", {})) + 1,
        "QuestionID": qid,
    }


def _routes(form: Form, mapping: MappingManifest, question: Item | Check) -> list[str]:
    """Places of the choices that rule the question out; blank answers on the way rule nothing out."""
    ruled_out = []
    for route in form.routes(question):
        router = mapping.question(route.question)
        qid, _, row = router.import_id.partition("_")
        offered = [code for code in router.codes if code.offered]
        for number, code in enumerate(offered, 1):
            if code.value not in route.codes and code.reason is None:
                ruled_out.append(f"q://{qid}/SelectableChoice/{row + '/' if row else ''}{number}")
    return ruled_out


def _logic(ruled_out: Sequence[str]) -> Json:
    if not ruled_out:
        return {}
    return {"DisplayLogic": expression(ruled_out, "NotSelected") | {"inPage": False}}


def expression(locators: Sequence[str], operator: str) -> Json:
    """All of the conditions together, as Qualtrics writes them."""
    conditions: Json = {}
    for number, locator in enumerate(locators):
        qid = locator.removeprefix("q://").partition("/")[0]
        conditions[str(number)] = {
            "LogicType": "Question",
            "QuestionID": qid,
            "QuestionIsInLoop": "no",
            "ChoiceLocator": locator,
            "Operator": operator,
            "QuestionIDFromLocator": qid,
            "LeftOperand": locator,
            "Type": "Expression",
            "Description": "",
            **({"Conjuction": "And"} if number else {}),
        }
    return {"0": conditions | {"Type": "If"}, "Type": "BooleanExpression"}
