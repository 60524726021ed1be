"""Scores by the instrument's rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from tests.examples.demo_answers import INSTRUMENT, changed, export


def test_scores_are_means_of_keyed_answers(tmp_path) -> None:
    scores = survey.score(survey.read(export(tmp_path), INSTRUMENT))
    assert scores.index.name == "case_id"
    assert scores.columns.tolist() == ["CALM", "calm_day"]
    assert scores["calm_day"].tolist() == [pytest.approx(14 / 3), pytest.approx(20 / 3), 4]
    assert scores.loc["a", "CALM"] == pytest.approx((5 + 5 + 4 + 6 + 6 + 5) / 6)


def test_too_few_answers_give_no_score(tmp_path) -> None:
    scores = survey.score(survey.read(export(tmp_path), INSTRUMENT))
    assert np.isnan(scores.loc["b", "CALM"])  # three of six, 0.75 needed
    assert scores.loc["c", "CALM"] == 4  # five of six
    one_left = survey.read(export(tmp_path, *changed(0, "day_1", "")), INSTRUMENT)
    assert survey.score(one_left).loc["a", "calm_day"] == 4.5  # two of three, 0.6 needed


def test_sums_are_prorated(tmp_path) -> None:
    rules = tuple(dataclasses.replace(rule, method="sum") for rule in INSTRUMENT.scoring)
    instrument = dataclasses.replace(INSTRUMENT, scoring=rules)
    scores = survey.score(survey.read(export(tmp_path), instrument))
    assert scores.loc["c", "CALM"] == 24
    assert scores.loc["a", "calm_day"] == 14


def test_screening_leaves_out_cases_of_the_same_responses(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    report = survey.screen(responses)
    assert survey.score(responses, report).index.tolist() == ["a", "b"]
    other = survey.read(export(tmp_path, *changed(0, "case_id", "z")), INSTRUMENT)
    with pytest.raises(ResponseError, match="about other cases"):
        survey.score(other, report)
