"""Groups, questions, subquestions and answers of a survey, as LimeSurvey has them.

Rules, from LimeSurvey's manual: codes of questions are letters and digits, a letter first, at most 20; codes of answers
are at most 5 letters and digits; texts are HTML in which braces are expressions. Rows of a grid are subquestions, whose
column is ``QUESTION[SUBQUESTION]`` in CSV files and ``QUESTION_SUBQUESTION`` in files for SPSS and R.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlbc_stats.survey.exporters.plan.escaping import inert_html
from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.exporters.plan.limits import Limits, lettered_code
from mlbc_stats.survey.exporters.plan.mapped import CONSENT, UNIT, Place, has_beside
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest, SystemColumns
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run

LIMITS = Limits(
    strange="[^A-Za-z0-9]",
    longest_name=20,
    code=lettered_code,
    longest_code=5,
    blocks_shuffled=True,
    rows_shuffled=True,
)
SYSTEM = SystemColumns(
    case="id",
    language="startlanguage",
    started="startdate",
    ended="submitdate",
    seconds="interviewtime",
    complete="submitdate",
)
ALWAYS = "1"
ARRAY, LIST, LONG_TEXT, SHORT_TEXT, NUMBER = "F", "L", "T", "S", "N"


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer or a subquestion: its code, its text per language as HTML, and when it is shown."""

    code: str
    text: Text
    relevance: str = ALWAYS


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its type, code, text per language as HTML, when it is shown, its parts and its settings."""

    kind: str
    code: str
    text: Text
    relevance: str = ALWAYS
    mandatory: bool = False
    rows: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A page: its name and description per language, when it is shown, and with whom it changes places."""

    name: Text
    description: Text
    relevance: str
    shuffled_with: str
    questions: tuple[Asked, ...]


def structure(form: Form, mapping: MappingManifest) -> tuple[Group, ...]:
    """All groups; the first one asks for consent and takes the unit's token from the address of the invitation."""
    consent = mapping.consent
    agreed = f'{consent.column}.NAOK == "{consent.given}"' if consent is not None else ALWAYS
    return (_opening(form, mapping), *(_group(form, mapping, page, agreed) for page in form.pages))


def places(form: Form, limits: Limits) -> dict[str, Place]:
    """Questions by themselves under their name, rows of a grid inside the grid."""
    taken: set[str] = set()
    found = {name: Place(limits.name(name, taken)) for name in (UNIT, CONSENT)}
    for _, run in form.runs:
        if not run.name:
            question = run.questions[0]
            code = limits.name(question.id, taken)
            beside = limits.name(f"{question.id}none", taken) if has_beside(run.scale, limits) else ""
            found[question.id] = Place(code, beside=beside)
            continue
        grid = limits.name(run.name, taken)
        for number, question in enumerate(run.questions, 1):
            row = f"SQ{number:03d}"
            found[question.id] = Place(f"{grid}[{row}]", aliases=(f"{grid}_{row}",))
    return found


def _html(text: Text) -> Text:
    return {language: inert_html(words, "{}") for language, words in text.items()}


def _opening(form: Form, mapping: MappingManifest) -> Group:
    title = _html(phrase("title", form.languages))
    token = Asked(
        SHORT_TEXT, mapping.system.unit, _html(phrase("unit", form.languages)), settings={"hidden": "1"}
    )
    if mapping.consent is None or form.consent is None:
        return Group(title, dict.fromkeys(form.languages, ""), ALWAYS, "", (token,))
    answers = tuple(
        Entry(LIMITS.code(value), _html(phrase(name, form.languages)))
        for value, name in ((GIVEN, "agree"), (REFUSED, "decline"))
    )
    asked = Asked(LIST, mapping.consent.column, title, mandatory=True, answers=answers)
    return Group(title, _html(form.consent), ALWAYS, "", (token, asked))


def _group(form: Form, mapping: MappingManifest, page: Page, agreed: str) -> Group:
    words = {one: "<br><br>".join(_html(text)[one] for text in page.words) for one in form.languages}
    return Group(
        name=dict.fromkeys(form.languages, page.id),
        description=words,
        relevance=agreed,
        shuffled_with=page.module[:20] if page.moves else "",
        questions=tuple(asked for run in page.runs for asked in _run(form, mapping, run, page.shuffled)),
    )


def _run(form: Form, mapping: MappingManifest, run: Run, shuffled: bool) -> Iterator[Asked]:
    placed = mapping.question(run.questions[0].id)
    if not run.name:
        yield from _single(form, mapping, run.questions[0], placed)
        return
    rows = tuple(
        Entry(
            _row(mapping.question(q.id).column), _html(mapping.question(q.id).text), _shown(form, mapping, q)
        )
        for q in run.questions
    )
    yield Asked(
        ARRAY,
        placed.column.partition("[")[0],
        dict.fromkeys(form.languages, ""),
        rows=rows,
        answers=_answers(placed),
        settings={"random_order": "1"} if shuffled else {},
    )


def _single(
    form: Form, mapping: MappingManifest, question: Item | Check, placed: MappedQuestion
) -> Iterator[Asked]:
    shown, text = _shown(form, mapping, question), _html(placed.text)
    if placed.kind in ("ordinal", "nominal"):
        yield Asked(LIST, placed.column, text, shown, answers=_answers(placed))
        return
    if placed.kind == "text":
        yield Asked(LONG_TEXT, placed.column, text, shown)
    else:
        bounds = {"min_num_value_n": placed.lower, "max_num_value_n": placed.upper}
        held = {name: str(bound) for name, bound in bounds.items() if bound is not None}
        yield Asked(NUMBER, placed.column, text, shown, settings={"num_value_int_only": "1", **held})
    if placed.beside:
        empty = f"is_empty({placed.column}.NAOK)"
        both = empty if shown == ALWAYS else f"({empty}) and ({shown})"
        yield Asked(
            LIST, placed.beside, _html(phrase("none", form.languages)), both, answers=_answers(placed)
        )


def _answers(placed: MappedQuestion) -> tuple[Entry, ...]:
    return tuple(Entry(code.platform, _html(code.label)) for code in placed.codes if code.offered)


def _row(column: str) -> str:
    return column.partition("[")[2].rstrip("]")


def _shown(form: Form, mapping: MappingManifest, question: Item | Check) -> str:
    """An expression; a question on the way that was left blank rules nothing out."""
    parts = []
    for route in form.routes(question):
        router = mapping.question(route.question)
        name = router.column.replace("[", "_").rstrip("]") + ".NAOK"
        codes = [code.platform for code in router.codes if code.value in route.codes]
        answers = " or ".join(f'{name} == "{code}"' for code in codes)
        parts.append(f"(is_empty({name}) or {answers})")
    return " and ".join(parts) or ALWAYS
