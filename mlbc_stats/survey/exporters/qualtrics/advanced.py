"""Qualtrics Advanced Format: questions as text with ``[[tags]]``.

Rules, from Qualtrics' page on importing surveys: ``[[AdvancedFormat]]`` first; ``[[Question:Matrix]]`` has statements
as ``[[AdvancedChoices]]`` and the scale as ``[[AdvancedAnswers]]``; the number in ``[[Choice:1]]`` and ``[[Answer:1]]``
is the recode value; ``[[ID:...]]`` names the columns, of a matrix with the number of the statement behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlbc_stats.survey.exporters.plan.escaping import html
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import CONSENT, UNIT, Place, has_beside
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest, SystemColumns
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import Run

PIPED = "[]$"
"""Characters that begin tags and piped text; written as entities."""
SYSTEM = SystemColumns(
    case="ResponseId",
    language="UserLanguage",
    started="StartDate",
    ended="EndDate",
    seconds="Duration (in seconds)",
    complete="Finished",
)


def write_advanced(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """One block per page, in the first language."""
    lines = ["[[AdvancedFormat]]", "", f"[[ED:{mapping.system.unit}]]", ""]
    lines += _consent(form, mapping)
    for page in form.pages:
        lines += [f"[[Block:{page.id}]]", ""]
        for number, words in enumerate(page.words, 1):
            lines += _told(f"{page.id}_words_{number}", words, form.languages[0])
        for run in page.runs:
            lines += _grid(form, mapping, run) if run.name else _single(form, mapping, run)
    return {".txt": "\r\n".join(lines).encode()}


def piped_html(text: Text, language: str) -> str:
    """Text as HTML in which nothing is a tag or piped text."""
    return html(text[language], PIPED)


def _told(name: str, text: Text, language: str) -> list[str]:
    return ["[[Question:DB]]", f"[[ID:{name}]]", piped_html(text, language), ""]


def _consent(form: Form, mapping: MappingManifest) -> Iterator[str]:
    if mapping.consent is None or form.consent is None:
        return
    language = form.languages[0]
    yield from ["[[Block:consent]]", ""]
    yield from _told("consent_text", form.consent, language)
    yield from ["[[Question:MC:SingleAnswer:Vertical]]", f"[[ID:{mapping.consent.column}]]"]
    yield from [piped_html(phrase("title", [language]), language), "", "[[AdvancedChoices]]"]
    for value, name in ((GIVEN, "agree"), (REFUSED, "decline")):
        yield from [f"[[Choice:{value}]]", piped_html(phrase(name, [language]), language)]
    yield ""


def _grid(form: Form, mapping: MappingManifest, run: Run) -> Iterator[str]:
    language = form.languages[0]
    rows = [mapping.question(question.id) for question in run.questions]
    yield from ["[[Question:Matrix]]", f"[[ID:{run.name}]]", "&nbsp;", "", "[[AdvancedChoices]]"]
    for number, row in enumerate(rows, 1):
        yield from [f"[[Choice:{number}]]", piped_html(row.text, language)]
    yield "[[AdvancedAnswers]]"
    for code in rows[0].codes:
        if code.offered:
            yield from [f"[[Answer:{code.platform}]]", piped_html(code.label, language)]
    yield ""


def _single(form: Form, mapping: MappingManifest, run: Run) -> Iterator[str]:
    language = form.languages[0]
    placed = mapping.question(run.questions[0].id)
    kinds = {"text": "TE:Essay", "number": "TE:SingleLine"}
    yield from [
        f"[[Question:{kinds.get(placed.kind, 'MC:SingleAnswer:Vertical')}]]",
        f"[[ID:{placed.column}]]",
    ]
    yield from [piped_html(placed.text, language), ""]
    if placed.kind in kinds and placed.beside:
        yield from ["[[Question:MC:SingleAnswer:Vertical]]", f"[[ID:{placed.beside}]]"]
        yield from [piped_html(phrase("none", [language]), language), ""]
    yield from _choices(placed, language)


def _choices(placed: MappedQuestion, language: str) -> Iterator[str]:
    if placed.kind in ("text", "number") and not placed.beside:
        return
    yield "[[AdvancedChoices]]"
    for code in placed.codes:
        if code.offered:
            yield from [f"[[Choice:{code.platform}]]", piped_html(code.label, language)]
    yield ""


def places(form: Form, limits: Limits) -> dict[str, Place]:
    """Rows of a matrix are columns with their number behind the name of the matrix."""
    taken: set[str] = set()
    found = {name: Place(limits.name(name, taken)) for name in (UNIT, CONSENT)}
    for _, run in form.runs:
        for number, question in enumerate(run.questions, 1):
            if run.name:
                found[question.id] = Place(limits.name(f"{run.name}_{number}", taken))
                continue
            beside = limits.name(f"{question.id}_none", taken) if has_beside(run.scale, limits) else ""
            found[question.id] = Place(limits.name(question.id, taken), beside=beside)
    return found


QUALTRICS = Target(
    name="qualtrics",
    platform="Qualtrics (Advanced Format)",
    limits=Limits(
        longest_name=200,
        one_language=True,
        routing=False,
        bounds=False,
        consent="asked",
    ),
    write=write_advanced,
    places=places,
    system=SYSTEM,
)
