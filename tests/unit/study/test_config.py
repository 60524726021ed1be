"""A study file is closed, and every mistake in it has a line."""

from dataclasses import fields

import pytest

from mlbc_stats.errors import StudyError
from mlbc_stats.resources import PACKAGE
from mlbc_stats.study.config import EstimationChoice, Screening, Study, load_study, with_responses
from mlbc_stats.study.response_files import ResponseFile

WHOLE = """\
kind: study
title: Our study
instruments: [mlbc_alignment]
responses:
  path: answers.csv
  platform: qualtrics
  encoding: cp1252
screening:
  failed_checks: 2
  exclude: [attention, duplicate]
propositions: [M1, M12]
second_opinion: false
seed: 7
output: results
"""


@pytest.fixture
def study_file(tmp_path):
    def write(text: str):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_paths_are_relative_to_the_study_file(study_file):
    path = study_file(WHOLE)
    study = load_study(path)
    assert study.sources == (path.parent / "answers.csv",)
    assert study.target == path.parent / "results"
    assert study.responses[0].platform == "qualtrics"
    assert study.screening.arguments() == {"failed_checks": 2, "exclude": ("attention", "duplicate")}


def test_the_embedded_study_uses_the_shipped_pilot():
    study = load_study()
    assert [path.suffix for path in study.sources] == [".csv"]
    assert study.declared_design == "key_informant"
    assert study.target.name == "build"
    assert study.screening.arguments() == {}


def test_other_responses_replace_those_of_the_file(study_file, tmp_path):
    study = with_responses(load_study(study_file(WHOLE)), tmp_path / "b.csv")
    assert study.sources == (tmp_path / "b.csv",)
    assert study.responses[0].platform == "auto"
    assert study.declared_design is None
    assert study.title == "Our study"


def test_columns_under_other_names_are_part_of_the_study(study_file, tmp_path):
    given = "platform: qualtrics\n  columns: {Q7: tc_timing_1}\n  allow_absent: true"
    study = load_study(study_file(WHOLE.replace("platform: qualtrics", given)))
    assert study.responses[0].columns == {"Q7": "tc_timing_1"}
    assert study.responses[0].allow_absent
    other = with_responses(study, tmp_path / "b.csv", columns={"Q8": "tc_timing_2"})
    assert other.responses[0].columns == {"Q8": "tc_timing_2"}
    assert not other.responses[0].allow_absent


SEVERAL = """\
kind: study
design: several_informants
responses:
  - {path: m.csv, informant: management, wave: 1}
  - {path: t.csv, informant: technical, short: true, language: de, instruments: [mlbc_alignment, mlbc_cycles]}
"""


def test_several_files_are_a_list(study_file):
    study = load_study(study_file(SEVERAL))
    assert [file.informant for file in study.responses] == ["management", "technical"]
    assert [path.name for path in study.sources] == ["m.csv", "t.csv"]
    assert study.responses[1].composed
    assert study.responses[1].short is True


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("informant: technical", "informant: engineers", r"study\.yaml:5: responses\.1\.informant"),
        ("wave: 1", "wave: 0", r"study\.yaml:4: responses\.0\.wave"),
        ("several_informants", "many", r"study\.yaml:2: design"),
        ("path: t.csv, ", "", r"study\.yaml:5: responses\.1\.path"),
        (SEVERAL[SEVERAL.index("responses") :], "responses: []\n", r"study\.yaml:3: responses lists no file"),
        (SEVERAL[SEVERAL.index("responses") :], "responses:\n", r"study\.yaml:3: responses lists no file"),
        (
            SEVERAL[SEVERAL.index("responses") :],
            "responses: a.csv\n",
            r"study\.yaml:3: responses: expected a list",
        ),
    ],
)
def test_a_mistake_in_an_entry_has_its_line(study_file, old, new, message):
    with pytest.raises(StudyError, match=message):
        load_study(study_file(SEVERAL.replace(old, new)))


def test_groups_and_waves_go_with_the_files_in_their_order():
    study = with_responses(
        load_study(), ["a.csv", "b.csv"], informant=["management", "technical"], wave=[1, 2]
    )
    assert [(file.informant, file.wave) for file in study.responses] == [("management", 1), ("technical", 2)]
    with pytest.raises(StudyError, match=r"3 values of wave for 2 files"):
        with_responses(load_study(), ["a.csv", "b.csv"], wave=[1, 2, 3])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: study", "kind: instrument", r"study\.yaml:1: expected 'kind: study', got 'instrument'"),
        ("seed: 7", "sed: 7", r"study\.yaml:13: sed"),
        ("seed: 7", "seed: seven", r"study\.yaml:13: seed"),
        ("platform: qualtrics", "platform: a b", r"study\.yaml:6: responses\.platform"),
        ("failed_checks: 2", "failed_check: 2", r"study\.yaml:9: screening\.failed_check"),
        ("seed: 7", "seed: 7\nseed: 8", r"study\.yaml:14: duplicate key 'seed'"),
        ("seed: 7", "folder: /", r"study\.yaml:13: unknown key 'folder'"),
        ("instruments: [mlbc_alignment]", "instruments: []", r"study\.yaml:3: instruments"),
    ],
)
def test_each_mistake_is_reported_with_its_line(study_file, old, new, message):
    with pytest.raises(StudyError, match=message):
        load_study(study_file(WHOLE.replace(old, new)))


def test_no_file_and_an_unknown_platform_are_plain_messages(tmp_path):
    with pytest.raises(StudyError, match="no such study file"):
        load_study(tmp_path / "study.yaml")
    with pytest.raises(StudyError, match="platform"):
        with_responses(load_study(), "a.csv", "a b")


@pytest.mark.parametrize("part", [Study, ResponseFile, Screening, EstimationChoice])
def test_every_key_is_on_the_page_of_the_study_file(part):
    page = (PACKAGE.parent / "docs" / "study.md").read_text(encoding="utf-8")
    assert [
        field.name for field in fields(part) if f"`{field.name}`" not in page and field.name != "folder"
    ] == []
