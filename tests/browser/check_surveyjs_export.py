"""An exported SurveyJS form, filled in by Chromium: answers come out in the mapping's columns with its codes."""

from __future__ import annotations

import json

import pytest

from mlbc_stats import survey
from mlbc_stats.resources import PACKAGE
from mlbc_stats.survey.responses.model import MissingReason
from tests.browser.chromium import found, new_page, started

LIBRARY = PACKAGE / "field" / "assets" / "surveyjs"
QUESTIONNAIRE = survey.compose(["mlbc_alignment"], languages=["de"], seed=1)
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
{parts}<div id="form"></div><script>
const survey = new Survey.Model({form});
survey.setValue("unit_token", "S007");
survey.onComplete.add(sender => {{ window.done = sender.data; }});
survey.render(document.getElementById("form"));</script>"""
CLICK = """(function (wanted) {
  const rows = [...document.querySelectorAll('input[type=radio]')].filter(one => one.value === wanted && !one.checked);
  const names = new Set();
  rows.filter(one => !names.has(one.name) && names.add(one.name)).forEach(one => one.click());
  return names.size;
})"""


@pytest.fixture
def exported(tmp_path):
    return survey.export(QUESTIONNAIRE, "surveyjs", tmp_path / "out")


@pytest.mark.skipif(found() is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("language", ["en", "de"])
def test_answers_come_out_in_the_columns_of_the_mapping(exported, tmp_path, language):
    names = ("survey.core.min.js", "survey.i18n.min.js", "survey-js-ui.min.js")
    parts = "".join(f'<script src="{(LIBRARY / name).as_uri()}"></script>' for name in names)
    style = (LIBRARY / "survey-core.fontless.min.css").as_uri()
    form = exported.files[0].read_text(encoding="utf-8")
    place = tmp_path / "form.html"
    place.write_text(
        PAGE.format(parts=f'<link rel="stylesheet" href="{style}">{parts}', form=form), encoding="utf-8"
    )
    with started(str(found()), tmp_path / "profile") as pipe:
        page = new_page(pipe, 390)
        data = [filled(page, place.as_uri(), language, whole) for whole in (False, True)]
        assert page.problems == []
    check_columns(exported.mapping, data[0])
    (tmp_path / "answers.jsonl").write_text("\n".join(map(json.dumps, data)) + "\n", encoding="utf-8")
    read = survey.read(tmp_path / "answers.jsonl", QUESTIONNAIRE, mapping=exported.mapping_path)
    routed = {
        item.id for item in QUESTIONNAIRE.instrument.items if item.route and item.route.question == "phase"
    }
    for case, expected in enumerate((set(read.item_ids) - routed, set(read.item_ids))):
        known = dict(zip(read.item_ids, read.codes[case], strict=True))
        assert {name for name, code in known.items() if code == 1} == expected
    assert read.unit_ids.tolist() == ["S007", "S007"]
    assert read.context_reasons["tenure"].tolist() == [MissingReason.DONT_KNOW, MissingReason.OBSERVED]


def check_columns(mapping, data):
    """Every answer stands in a column of the mapping under one of its codes; routed ones have none."""
    columns = {
        f"{k}.{row}": v for k, cell in data.items() if isinstance(cell, dict) for row, v in cell.items()
    }
    columns |= {name: value for name, value in data.items() if not isinstance(value, dict)}
    assert columns.pop(mapping.system.unit) == "S007"
    assert str(columns.pop(mapping.consent.column)) == mapping.consent.given
    asked = {one.column: one for one in mapping.questions}
    asked |= {one.beside: one for one in mapping.questions if one.beside}
    for column, value in columns.items():
        assert asked[column].code(str(value)) is not None, column
    answered = {asked[column].id for column in columns}
    hidden = {one.id for one in mapping.questions if one.route and one.route.question == "phase"}
    assert {one.id for one in mapping.questions if one.codes[0].reason is None} - answered == hidden


def filled(page, address, language, whole):
    """Agree, then 1 everywhere and "I do not know" for a number; or in operation, with numbers and texts."""
    page.open(address)
    page.wait("document.querySelector('input[type=radio]')")
    page.run(f"survey.locale = '{'' if language == 'en' else language}'")
    if whole:
        page.run(
            "survey.getAllQuestions().filter(one => one.getType() === 'comment').forEach(one => one.value = 'ü <b>')"
        )
        page.run(
            "survey.getAllQuestions().filter(one => one.inputType === 'number').forEach(one => one.value = 7)"
        )
    for _ in range(40):
        page.run(f"{CLICK}('1')")
        if whole:
            page.run("survey.setValue('phase', 3)")
        elif page.run("survey.currentPage.elements.some(one => one.name === 'tenure')"):
            page.run(f"{CLICK}('-97')")
        if page.run("survey.isLastPage"):
            break
        before = page.run("survey.currentPageNo")
        page.run("survey.nextPage()")
        page.wait(f"survey.currentPageNo > {before}")
        page.wait("document.querySelector('input[type=radio], textarea, input[type=number]')")
    page.run("survey.completeLastPage()")
    page.wait("window.done")
    return json.loads(page.run("JSON.stringify(window.done)"))
