"""A study file is closed, and every mistake in it has a line."""

import pytest

from mlbc_stats.errors import StudyError
from mlbc_stats.study.config import load_study, with_responses

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
    assert study.source == path.parent / "answers.csv"
    assert study.target == path.parent / "results"
    assert study.responses.platform == "qualtrics"
    assert study.screening.arguments() == {"failed_checks": 2, "exclude": ("attention", "duplicate")}


def test_the_embedded_study_uses_the_shipped_pilot():
    study = load_study()
    assert study.source.suffix == ".csv"
    assert study.target.name == "build"
    assert study.screening.arguments() == {}


def test_other_responses_replace_those_of_the_file(study_file, tmp_path):
    study = with_responses(load_study(study_file(WHOLE)), tmp_path / "b.csv")
    assert study.source == tmp_path / "b.csv"
    assert study.responses.platform == "auto"
    assert study.title == "Our study"


def test_columns_under_other_names_are_part_of_the_study(study_file, tmp_path):
    given = "platform: qualtrics\n  columns: {Q7: tc_timing_1}\n  allow_absent: true"
    study = load_study(study_file(WHOLE.replace("platform: qualtrics", given)))
    assert study.responses.columns == {"Q7": "tc_timing_1"}
    assert study.responses.allow_absent
    other = with_responses(study, tmp_path / "b.csv", columns={"Q8": "tc_timing_2"})
    assert other.responses.columns == {"Q8": "tc_timing_2"}
    assert not other.responses.allow_absent


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
