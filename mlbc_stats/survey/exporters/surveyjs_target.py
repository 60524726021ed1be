"""SurveyJS: the form as JSON, for a page of one's own."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import UNIT, Place, named_places
from mlbc_stats.survey.exporters.surveyjs import grids, surveyjs_form
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest
from mlbc_stats.survey.questionnaire.consent import phrase


def write_surveyjs(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """The form of `surveyjs_form`, with a hidden field for the unit's token and shuffling where it is wanted.

    The page that shows the form sets the token, such as
    ``survey.setValue("unit_token", new URLSearchParams(location.search).get("unit_token"))``.
    """
    made = surveyjs_form(form.questionnaire)
    token = {"type": "text", "name": mapping.system.unit, "visible": False}
    titles = {
        ("default" if tag == "en" else tag): text for tag, text in phrase("unit", form.languages).items()
    }
    made["pages"][0]["elements"].append({**token, "title": titles})
    made["clearInvisibleValues"] = "onHidden"  # what was never visible, such as the token, stays
    shuffled = {page.id for page in form.pages if page.shuffled}
    for page in made["pages"]:
        for element in page["elements"]:
            if page["name"] in shuffled and element["type"] == "matrix":
                element["rowOrder"] = "random"
    return {".json": (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()}


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
    limits=Limits(beside=False, rows_shuffled=True),
    write=write_surveyjs,
    places=_places,
    checked="run",
)
