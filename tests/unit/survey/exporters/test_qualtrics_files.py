"""Qualtrics: tags by its page on imports; blocks, flow and logic of QSF that refer to what is there."""

from __future__ import annotations

import json
import re

import pytest

from mlbc_stats import survey

TAGS = {
    "AdvancedFormat",
    "ED:unit_token",
    "Question:DB",
    "Question:Matrix",
    "Question:MC:SingleAnswer:Vertical",
    "Question:TE:Essay",
    "Question:TE:SingleLine",
    "AdvancedChoices",
    "AdvancedAnswers",
}


@pytest.fixture(scope="module")
def questionnaire():
    return survey.compose(["mlbc_alignment"], languages=["de"], seed=2)


@pytest.fixture(scope="module")
def qsf(questionnaire, tmp_path_factory):
    made = survey.export(questionnaire, "qsf", tmp_path_factory.mktemp("qsf"))
    survey_file = json.loads(made.files[0].read_text(encoding="utf-8"))
    return made.mapping, survey_file["SurveyElements"], survey_file["SurveyEntry"]


def payload(elements, kind):
    return next(element["Payload"] for element in elements if element["Element"] == kind)


def questions(elements):
    return {e["PrimaryAttribute"]: e["Payload"] for e in elements if e["Element"] == "SQ"}


def flow_entries(flow):
    for entry in flow:
        yield entry
        yield from flow_entries(entry.get("Flow", []))


def test_only_documented_tags_are_used(questionnaire, tmp_path):
    (file,) = survey.export(questionnaire, "qualtrics", tmp_path).files
    text = file.read_text(encoding="utf-8-sig")
    assert text.startswith("[[AdvancedFormat]]")
    tags = re.findall(r"\[\[([^\]]*)\]\]", text)
    free = re.compile(r"(Block|ID):[A-Za-z]\w*|(Choice|Answer):-?\d+")
    assert {tag for tag in tags if not free.fullmatch(tag)} == TAGS
    ids = [tag for tag in tags if tag.startswith("ID:")]
    assert len(ids) == len(set(ids))


def test_the_elements_of_a_survey_are_there_and_of_one_survey(qsf):
    _, elements, entry = qsf
    assert {element["Element"] for element in elements} == {"BL", "FL", "PROJ", "QC", "RS", "SO", "SQ"}
    assert {element["SurveyID"] for element in elements} == {entry["SurveyID"]}
    count = next(element for element in elements if element["Element"] == "QC")["SecondaryAttribute"]
    assert int(count) == len(questions(elements))


def test_each_question_stands_in_one_block_and_each_block_once_in_the_flow(qsf):
    _, elements, _ = qsf
    blocks = [block for block in payload(elements, "BL") if block["Type"] != "Trash"]
    placed = [part["QuestionID"] for block in blocks for part in block["BlockElements"]]
    assert sorted(placed) == sorted(questions(elements))
    flow = list(flow_entries(payload(elements, "FL")["Flow"]))
    assert sorted(entry["ID"] for entry in flow if "ID" in entry) == sorted(block["ID"] for block in blocks)
    numbers = [entry["FlowID"] for entry in flow]
    assert len(set(numbers)) == len(numbers)


def test_choices_have_an_order_recodes_and_translations(qsf):
    _, elements, _ = qsf
    for asked in questions(elements).values():
        assert asked["DataExportTag"] and set(asked["Language"]) == {"DE"}
        for part, order in (("Choices", "ChoiceOrder"), ("Answers", "AnswerOrder")):
            if part in asked:
                assert asked[order] == list(asked[part]) == list(asked["Language"]["DE"][part])
        coded = "Answers" if asked["QuestionType"] == "Matrix" else "Choices"
        assert list(asked.get("RecodeValues", {})) == list(asked.get(coded, {}))


def test_display_logic_is_the_route(qsf):
    mapping, elements, _ = qsf
    asked = questions(elements)
    qid = mapping.question("aln_sustain_1").import_id.partition("_")[0]
    logic = asked[qid]["DisplayLogic"]["0"]
    locators = [value["ChoiceLocator"] for key, value in logic.items() if key != "Type"]
    phase = mapping.question("phase")
    ruled_out = [n for n, code in enumerate(phase.codes, 1) if code.offered and code.value not in (3, 6)]
    assert locators == [f"q://{phase.import_id}/SelectableChoice/{n}" for n in ruled_out]
    assert {value["Operator"] for key, value in logic.items() if key != "Type"} == {"NotSelected"}
    for question in mapping.questions:
        shown = "DisplayLogic" in asked[question.import_id.partition("_")[0]]
        assert shown == (question.route is not None)


def test_import_ids_point_to_the_row(qsf):
    mapping, elements, _ = qsf
    asked = questions(elements)
    for question in mapping.questions:
        qid, _, row = question.import_id.partition("_")
        if row.isdigit():
            assert asked[qid]["ChoiceDataExportTags"][row] == question.column
        else:
            assert asked[qid]["DataExportTag"] == question.column


def test_refusing_ends_it_and_blocks_are_shuffled_within_their_file(qsf):
    mapping, elements, _ = qsf
    flow = payload(elements, "FL")["Flow"]
    branch = next(entry for entry in flow if entry["Type"] == "Branch")
    assert branch["Flow"][0]["Type"] == "EndSurvey"
    assert (
        branch["BranchLogic"]["0"]["0"]["ChoiceLocator"]
        == f"q://{mapping.consent.import_id}/SelectableChoice/2"
    )
    shuffled = [entry for entry in flow if entry["Type"] == "BlockRandomizer"]
    assert len(shuffled) == 1 and all(int(e["SubSet"]) == len(e["Flow"]) for e in shuffled)
