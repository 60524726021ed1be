"""The reviewers' checklist: complete, in our words, and filled from what is there."""

from __future__ import annotations

from collections import Counter

import pytest

from mlbc_stats.errors import StudyError
from mlbc_stats.study.config import load_study
from mlbc_stats.study.review_points import KEYS, POINTS
from mlbc_stats.study.run import STAGES


def test_there_are_52_points_each_with_a_key_of_its_own() -> None:
    assert len(POINTS) == 52 and len(set(KEYS)) == 52
    assert Counter(entry.area for entry in POINTS)["Measurement"] == 18


def test_every_point_can_be_filled_or_says_what_to_do() -> None:
    for entry in POINTS:
        assert entry.where or entry.todo or entry.reason, entry.key
        assert bool(entry.condition) == bool(entry.reason), entry.key
        for place in entry.where:
            stage = place.partition("/")[0]
            assert stage in {*STAGES, "checklist", "manifest", "robustness"}, place


def test_a_study_declares_what_no_data_can_tell(tmp_path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text("kind: study\ndeclarations:\n  ethics: Board 7, approved in May\n", encoding="utf-8")
    assert load_study(path).declarations == {"ethics": "Board 7, approved in May"}


def test_an_unknown_declaration_is_refused_with_its_line_and_the_nearest_point(tmp_path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text("kind: study\ndeclarations:\n  ethic: yes we did\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"study.yaml:3.*no point 'ethic'.*did you mean.*ethics"):
        load_study(path)
