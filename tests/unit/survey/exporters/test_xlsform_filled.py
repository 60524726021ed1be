"""A form for ODK, filled in as the XForm itself allows, and read back: what was answered comes out with its codes."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from lxml import etree

from mlbc_stats import survey
from mlbc_stats.survey.responses.model import MissingReason

pytest.importorskip("pyxform")
SPACE = {"x": "http://www.w3.org/2002/xforms"}
CASES = {"development": "1", "operation": "3", "stopped": "3"}
"""Case → its phase; the last one leaves in the middle."""


class FilledForm:
    """The instance of an XForm; a question takes an answer only when its conditions hold."""

    def __init__(self, xform: bytes) -> None:
        root = etree.fromstring(xform)
        (data,) = root.xpath("//x:model/x:instance[1]/*[1]", namespaces=SPACE)
        namespaces = r' xmlns(:\w+)?="[^"]*"| \w+:\w+="[^"]*"|(?<=[</])\w+:'
        self.instance = etree.fromstring(re.sub(namespaces, "", etree.tostring(data, encoding="unicode")))
        self.binds = {one.get("nodeset"): one for one in root.iterfind(".//x:bind", SPACE)}
        self.paths = {path.rpartition("/")[2]: path for path in self.binds}

    def asked(self, column: str) -> bool:
        path = self.paths[column]
        conditions = [self.binds[path], self.binds.get(path.rpartition("/")[0])]
        held = [one.get("relevant") for one in conditions if one is not None and one.get("relevant")]
        return all(self.instance.xpath(condition) for condition in held)

    def answer(self, column: str, value: str) -> bool:
        if not self.asked(column):
            return False
        (place,) = self.instance.xpath(self.paths[column])
        place.text = value
        constraint = self.binds[self.paths[column]].get("constraint")
        assert not (constraint and value) or place.xpath(constraint)
        return True

    def row(self) -> dict[str, str]:
        """As ODK Central exports it: groups before the names, parted by ``-``."""
        return {"-".join(path.split("/")[2:]): self.instance.xpath(f"string({path})") for path in self.binds}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    made = survey.compose(["mlbc_alignment"], languages=["de"], seed=2)
    return made, survey.export(made, "xlsform", tmp_path_factory.mktemp("odk"))


@pytest.fixture(scope="module")
def filled(exported):
    """Answers given per case, and the rows that the platform exports."""
    from pyxform.xls2xform import convert

    _, done = exported
    xform = convert(str(done.files[0]), validate=False).xform.encode()
    return [_fill(FilledForm(xform), done.mapping, case, phase) for case, phase in CASES.items()]


def _fill(form, mapping, case, phase):
    rng = np.random.default_rng(len(case))
    form.answer(mapping.system.unit, f"00{len(case)}")
    form.answer(mapping.consent.column, mapping.consent.given)
    given = {}
    asked = mapping.questions[: len(mapping.questions) // 2] if case == "stopped" else mapping.questions
    for question in asked:
        answers = [code.platform for code in question.codes if code.offered and not question.beside]
        value = {"text": 'a "b", ü\n=1', "number": ""}.get(question.kind) or str(rng.choice(answers or [""]))
        value = phase if question.id == "phase" else value
        value = question.code(str(question.expected)).platform if question.role == "check" else value
        if form.answer(question.column, value) and value:
            given[question.id] = value
        if question.id == "tenure" and form.answer(question.beside, "-97"):
            given[question.id] = "-97"
    row = form.row()
    return given, row | {"KEY": case}


def test_every_answer_comes_back_with_its_code(exported, filled, tmp_path):
    questionnaire, done = exported
    place = tmp_path / "export.csv"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(filled[0][1]))
        writer.writeheader()
        writer.writerows(row for _, row in filled)
    read = survey.read(place, questionnaire, mapping=done.mapping_path, id_column="KEY", personal="keep")
    assert read.case_ids.tolist() == list(CASES) and read.unit_ids.tolist() == ["0011", "009", "007"]
    for case, (given, _) in enumerate(filled):
        for column, name in enumerate(read.item_ids):
            code, reason = read.codes[case, column], read.reasons[case, column]
            if name in given and not given[name].startswith("-"):
                assert (code, reason) == (float(given[name]), MissingReason.OBSERVED), name
            elif name in given:
                expected = {"-96": MissingReason.NOT_APPLICABLE, "-97": MissingReason.DONT_KNOW}
                assert reason == expected[given[name]], name
            else:
                assert np.isnan(code) and reason != MissingReason.OBSERVED, name
    assert read.context_reasons["tenure"].iloc[0] == MissingReason.DONT_KNOW
    routed = [
        item.id for item in questionnaire.instrument.items if item.route and item.route.question == "phase"
    ]
    assert routed and not set(routed) & set(filled[0][0])
