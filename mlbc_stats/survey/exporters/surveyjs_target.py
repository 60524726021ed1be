"""SurveyJS: the form as JSON, for a page of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import UNIT, Place, named_places
from mlbc_stats.survey.exporters.surveyjs import Json, grids, surveyjs_form
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.consent import phrase

ROW_TITLE = "max(32%, 15rem)"
"""Width of the statements of a matrix: a third of the page, and a line of their own on phones."""


def write_surveyjs(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """The form of `surveyjs_form` with a hidden field for the unit's token, shuffling, and reasons for no answer.

    The page that shows the form sets the token, such as
    ``survey.setValue("unit_token", new URLSearchParams(location.search).get("unit_token"))``.
    """
    made = surveyjs_form(form.questionnaire)
    token = {"type": "text", "name": mapping.system.unit, "visible": False, "clearIfInvisible": "none"}
    made["pages"][0]["elements"].append({**token, "title": _told(phrase("unit", form.languages))})
    shuffled = {page.id for page in form.pages if page.shuffled}
    beside = {question.column: question for question in mapping.questions if question.beside}
    for page in made["pages"]:
        page["elements"] = [
            part for element in page["elements"] for part in _elements(element, beside, form.languages)
        ]
        for element in page["elements"]:
            if element["type"] == "matrix":
                element["rowTitleWidth"] = ROW_TITLE
                element |= {"rowOrder": "random"} if page["name"] in shuffled else {}
    return {".json": (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()}


def _elements(
    element: Json, beside: Mapping[str, MappedQuestion], languages: Sequence[str]
) -> Iterator[Json]:
    """The element itself, and behind a text or number the question why there is no answer, while there is none."""
    yield element
    placed = beside.get(element["name"])
    if placed is not None:
        conditions = [f"{{{placed.column}}} empty", *filter(None, [element.get("visibleIf")])]
        yield {
            "type": "radiogroup",
            "name": placed.beside,
            "title": _told(phrase("none", languages)),
            "choices": [
                {"value": code.value, "text": _told(code.label)} for code in placed.codes if code.offered
            ],
            "visibleIf": " and ".join(conditions),
        }


def _told(text: Text) -> Text:
    """SurveyJS calls English the default."""
    return {("default" if language == "en" else language): words for language, words in text.items()}


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Rows of a matrix stand inside it: ``{"TC__1": {"tc_pace_1": 5}}`` is column ``TC__1.tc_pace_1``."""
    cells = grids(form.questionnaire)
    found = named_places(form, limits)
    return {
        name: Place(f"{cells[name]}.{name}", aliases=(name,)) if name in cells else place
        for name, place in found.items()
    } | {UNIT: found[UNIT]}


SURVEYJS = Target(
    name="surveyjs",
    platform="SurveyJS (form library)",
    limits=Limits(rows_shuffled=True),
    write=write_surveyjs,
    places=_places,
    checked="run",
)
