"""The form for SurveyJS: every question once, routes, languages, reasons for no answer, nothing but text in HTML."""

import json

import pytest

from mlbc_stats import survey
from mlbc_stats.survey.exporters import surveyjs_form


@pytest.fixture(scope="module")
def questionnaire():
    return survey.compose(["mlbc_alignment"], languages=["de"], seed=1)


@pytest.fixture(scope="module")
def form(questionnaire):
    return surveyjs_form(questionnaire)


def elements(form):
    return [element for page in form["pages"] for element in page["elements"]]


def asked(form):
    for element in elements(form):
        if element["type"] == "matrix":
            yield from ((row["value"], row["text"], row, element["columns"]) for row in element["rows"])
        elif element["type"] != "html":
            yield element["name"], element["title"], element, element.get("choices", [])


def test_consent_comes_first_and_every_question_once_in_order(form, questionnaire):
    ids = [name for name, *_ in asked(form)]
    assert ids == ["consent", *(question.id for question in questionnaire.questions)]
    assert [page["name"] for page in form["pages"]] == [
        "consent",
        *(block.id for block in questionnaire.blocks),
    ]
    json.dumps(form)


def test_codes_and_texts_are_those_of_the_instrument(form, questionnaire):
    instrument = questionnaire.instrument
    by_id = {question.id: question for question in questionnaire.questions}
    for name, text, _, choices in list(asked(form))[1:]:
        scale = instrument.scale(by_id[name].scale)
        assert text == {"default": by_id[name].text["en"], "de": by_id[name].text["de"]}
        offered = [c for c in scale.missing if c.reason in ("not_applicable", "dont_know", "refused")]
        expected = [(c.value, c.label["de"]) for c in (*scale.codes, *offered)] if scale.codes else []
        assert [(choice["value"], choice["text"]["de"]) for choice in choices] == expected


def test_routes_become_conditions(form):
    shown = {name: entry.get("visibleIf") for name, _, entry, _ in asked(form)}
    assert shown["aln_sustain_1"] == "({phase} empty or {phase} anyof [3, 6])"
    assert shown["phase"] is None


def test_words_of_instruments_are_escaped_where_html_is_shown(tmp_path):
    source = survey.compose(["marker"])
    text = source.instrument.introduction["en"]
    source.instrument.introduction["en"] = '<img src=x onerror="alert(1)">'
    try:
        words = [element for element in elements(surveyjs_form(source)) if element["type"] == "html"]
    finally:
        source.instrument.introduction["en"] = text
    assert words[0]["html"]["default"] == "<p>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</p>"


def test_languages_are_named_as_surveyjs_names_them(questionnaire, form):
    assert form["locale"] == "en"
    assert set(form["title"]) == {"default", "de"}
