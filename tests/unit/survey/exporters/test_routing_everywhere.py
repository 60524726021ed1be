"""Every platform's own conditions, evaluated: each shows what our routes show, for every phase and informant."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import product

import pytest
from lxml import etree

from mlbc_stats import survey
from mlbc_stats.survey.exporters import TARGETS
from mlbc_stats.survey.exporters.export import prepare
from mlbc_stats.survey.questionnaire.layout import routes

ANSWERS = list(product([None, 1, 2, 3, 4, 5, 6], [None, 1, 3, 4]))
"""Phase and informant; None where the question was left blank."""


@pytest.fixture(scope="module")
def questionnaire():
    return survey.compose(["mlbc_alignment"], seed=5)


def expected(questionnaire, phase, informant):
    """Ids of the questions shown: no earlier answer rules them out."""
    given = {"phase": phase, "informant": informant}
    return {
        question.id
        for question in questionnaire.questions
        if all(
            given[route.question] is None or given[route.question] in route.codes
            for route in routes(questionnaire.instrument, question)
        )
    }


def evaluated(expression, values):
    """A condition of comparisons, `and` and `or`, whose names have become places of `values`."""
    return bool(eval(re.sub(r"(?<![=!<>])=(?!=)", "==", expression), {"values": values}))


def in_xlsform(files, mapping, given):
    from pyxform.xls2xform import convert

    if "xform" not in files:
        xlsx = io.BytesIO(files[".xlsx"])
        files["xform"] = convert(xlsx, validate=False, file_type=".xlsx").xform.encode()
    root = etree.fromstring(files["xform"])
    space = {"x": "http://www.w3.org/2002/xforms"}
    (data,) = root.xpath("//x:model/x:instance[1]/*[1]", namespaces=space)
    bare = re.sub(
        r' xmlns(:\w+)?="[^"]*"| \w+:\w+="[^"]*"|(?<=[</])\w+:', "", etree.tostring(data, encoding="unicode")
    )
    instance = etree.ElementTree(etree.fromstring(bare))
    for column, value in given.items():
        instance.xpath(f"//{column}")[0].text = value
    binds = {one.get("nodeset"): one.get("relevant") for one in root.iterfind(".//x:bind", space)}
    shown = set()
    for question in mapping.questions:
        (path,) = [place for place in binds if place.endswith(f"/{question.column}")]
        conditions = [binds[path], binds.get(path.rpartition("/")[0])]
        if all(instance.xpath(one) for one in conditions if one):
            shown.add(question.id)
    return shown


def in_limesurvey(files, mapping, given):
    rows = csv.DictReader(io.StringIO(files[".txt"].decode("utf-8-sig")), delimiter="\t")
    shown, group, asked = set(), True, ""
    columns = {question.column: question.id for question in mapping.questions}

    def holds(relevance):
        text = re.sub(r"is_empty\((\w+)\.NAOK\)", r'(\1.NAOK == "")', relevance)
        return evaluated(re.sub(r"(\w+)\.NAOK", r'values["\1"]', text), given)

    for row in rows:
        if row["class"] == "G":
            group = holds(row["relevance"])
        elif row["class"] in ("Q", "SQ"):
            asked = row["name"] if row["class"] == "Q" else asked
            name = row["name"] if row["class"] == "Q" else f"{asked}[{row['name']}]"
            if name in columns and group and holds(row["relevance"]):
                shown.add(columns[name])
    return shown


def in_redcap(files, mapping, given):
    columns = {question.column: question.id for question in mapping.questions}
    shown = set()
    for row in csv.DictReader(io.StringIO(files[".csv"].decode())):
        logic = re.sub(r"\[(\w+)\]", r'values["\1"]', row["Branching Logic (Show field only if...)"])
        if row["Variable / Field Name"] in columns and evaluated(logic or "True", given):
            shown.add(columns[row["Variable / Field Name"]])
    return shown


def in_surveyjs(files, mapping, given):
    def holds(condition):
        text = re.sub(r"\{(\w+)\} empty", r'values["\1"] == ""', condition)
        text = re.sub(r"\{(\w+)\} anyof \[([^\]]*)\]", r'values["\1"] in str([\2])', text)
        return evaluated(text, given)

    columns = {question.column: question.id for question in mapping.questions}
    shown = set()
    for page in json.loads(files[".json"])["pages"]:
        for element in page["elements"]:
            for row in element.get("rows", []) if element["type"] == "matrix" else [element]:
                name = f"{element['name']}.{row['value']}" if row is not element else element["name"]
                if name in columns and holds(row.get("visibleIf", "True")):
                    shown.add(columns[name])
    return shown


def in_qsf(files, mapping, given):
    asked = {
        one["PrimaryAttribute"]: one["Payload"]
        for one in json.loads(files[".qsf"])["SurveyElements"]
        if one["Element"] == "SQ"
    }
    chosen = set()
    for column, value in given.items():
        places = [q.import_id for q in mapping.questions if q.column == column]
        for qid in places or [mapping.consent.import_id]:
            codes = asked[qid]["RecodeValues"]
            chosen |= {
                f"q://{qid}/SelectableChoice/{number}" for number, code in codes.items() if code == value
            }
    shown = set()
    for question in mapping.questions:
        logic = asked[question.import_id.partition("_")[0]].get("DisplayLogic", {"0": {}})["0"]
        conditions = [one for one in logic.values() if isinstance(one, dict)]
        if all(one["ChoiceLocator"] not in chosen for one in conditions):
            shown.add(question.id)
    return shown


SHOWN = {
    "xlsform": in_xlsform,
    "limesurvey": in_limesurvey,
    "redcap": in_redcap,
    "surveyjs": in_surveyjs,
    "qsf": in_qsf,
}


@pytest.mark.parametrize("target", SHOWN)
def test_what_is_shown_is_what_routes_say(questionnaire, target):
    pytest.importorskip("pyxform")
    made, mapping = prepare(questionnaire, TARGETS[target])
    files = dict(made)
    phase, informant = mapping.question("phase"), mapping.question("informant")
    for answers in ANSWERS:
        given = {
            asked.column: "" if value is None else next(c.platform for c in asked.codes if c.value == value)
            for asked, value in zip((phase, informant), answers, strict=True)
        }
        given[mapping.consent.column] = mapping.consent.given
        assert SHOWN[target](files, mapping, given) == expected(questionnaire, *answers), answers


@pytest.mark.parametrize("target", ["xlsform", "limesurvey", "redcap"])
def test_without_consent_nothing_is_shown(questionnaire, target):
    made, mapping = prepare(questionnaire, TARGETS[target])
    for answer in (mapping.consent.refused, ""):
        given = {"phase": "3", "informant": "1", mapping.consent.column: answer}
        assert SHOWN[target](dict(made), mapping, given) == set()
