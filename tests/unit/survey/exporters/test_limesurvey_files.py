"""LimeSurvey: codes by its rules, translations that match their originals, expressions that refer to what is there."""

from __future__ import annotations

import csv
import io
import re

import pytest
from lxml import etree

from mlbc_stats import survey


@pytest.fixture(scope="module")
def questionnaire():
    told = {"en": "Lab {X}", "de": "Labor {X}"}
    return survey.compose(["mlbc_alignment"], languages=["de"], seed=2, controller=told)


@pytest.fixture(scope="module")
def rows(questionnaire, tmp_path_factory):
    (file,) = survey.export(questionnaire, "limesurvey", tmp_path_factory.mktemp("ls")).files
    text = file.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter="\t"))


@pytest.fixture(scope="module")
def tables(questionnaire, tmp_path_factory):
    (file,) = survey.export(questionnaire, "lss", tmp_path_factory.mktemp("lss")).files
    root = etree.fromstring(file.read_bytes())
    assert root.findtext("LimeSurveyDocType") == "Survey" and root.findtext("DBVersion") == "600"
    return {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        for table in root
        if table.find("rows") is not None
    }


def of(rows, kind, language="en"):
    return [row for row in rows if row["class"] == kind and row["language"] == language]


def test_settings_come_first_and_name_the_languages(rows):
    settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
    assert (settings["language"], settings["additional_languages"], settings["format"]) == ("en", "de", "G")
    assert [row["class"] for row in rows].index("G") > max(
        n for n, row in enumerate(rows) if row["class"] == "SL"
    )


def test_codes_are_letters_and_digits_of_their_length(rows):
    for kind, longest in (("Q", 20), ("SQ", 5), ("A", 5)):
        names = [row["name"] for row in of(rows, kind)]
        assert names and all(re.fullmatch(rf"[A-Za-z0-9]{{1,{longest}}}", name) for name in names)
    asked = [row["name"] for row in of(rows, "Q")]
    assert len(set(asked)) == len(asked) and all(name[0].isalpha() for name in asked)


def test_a_translation_has_the_same_rows(rows):
    keys = ("class", "id", "related_id", "type/scale", "relevance", "random_group", "random_order")
    structure = [row for row in rows if row["class"] in ("G", "Q", "SQ", "A")]
    first, second = (
        [[r[k] for k in keys] for r in structure if r["language"] == tag] for tag in ("en", "de")
    )
    assert first == second and first


def test_every_expression_refers_to_an_earlier_question(rows):
    seen: set[str] = set()
    for row in rows:
        if row["class"] in ("G", "Q", "SQ") and row["language"] == "en":
            assert set(re.findall(r"([A-Za-z]\w*)\.NAOK", row["relevance"])) <= seen
        if row["class"] == "Q":
            seen.add(row["name"])


def test_routes_consent_shuffling_and_bounds(rows):
    after = '(is_empty(phase.NAOK) or phase.NAOK == "3" or phase.NAOK == "6")'
    assert [row["relevance"] for row in of(rows, "SQ")].count(after) == 3
    groups = of(rows, "G")
    assert groups[0]["relevance"] == "1" and {g["relevance"] for g in groups[1:]} == {'consent.NAOK == "1"'}
    assert {g["random_group"] for g in groups} == {"", "mlbc_alignment"}
    assert any(row["random_order"] == "1" for row in of(rows, "Q"))
    (tenure,) = [row for row in of(rows, "Q") if row["name"] == "tenure"]
    assert (tenure["type/scale"], tenure["min_num_value_n"], tenure["max_num_value_n"]) == ("N", "0", "60")


def test_braces_are_no_expressions(rows):
    assert "Lab &#123;X&#125;" in of(rows, "G")[0]["text"]
    assert not [row for row in rows if "{" in row["text"]]


def test_tables_of_the_xml_refer_to_each_other(tables):
    groups = {row["gid"] for row in tables["groups"]}
    asked = {row["qid"] for row in tables["questions"]}
    every = asked | {row["qid"] for row in tables["subquestions"]}
    assert (
        {row["gid"] for row in tables["questions"]} == groups == {row["gid"] for row in tables["group_l10ns"]}
    )
    assert {row["parent_qid"] for row in tables["subquestions"]} <= asked
    assert {row["qid"] for row in tables["answers"]} | {
        row["qid"] for row in tables["question_attributes"]
    } <= asked
    assert {row["qid"] for row in tables["question_l10ns"]} == every
    assert {row["aid"] for row in tables["answer_l10ns"]} == {row["aid"] for row in tables["answers"]}
    for table in ("group_l10ns", "question_l10ns", "answer_l10ns"):
        assert {row["language"] for row in tables[table]} == {"en", "de"}


def test_both_files_say_the_same(rows, tables):
    assert [row["name"] for row in of(rows, "Q")] == [row["title"] for row in tables["questions"]]
    assert [row["relevance"] for row in of(rows, "SQ")] == [
        row["relevance"] for row in tables["subquestions"]
    ]
    assert [row["name"] for row in of(rows, "A")] == [row["code"] for row in tables["answers"]]
