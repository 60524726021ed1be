"""A policy decides which flags exclude, alone or together; wrong ones are refused with their line."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.screening.policy import load_policy
from mlbc_stats.survey.screening.policy_text import usual_policy
from mlbc_stats.survey.screening.rules.registry import RULES


@pytest.fixture(scope="module")
def responses() -> survey.Responses:
    return survey.simulate(survey.pilot_population(), n=200, seed=4)


def written(tmp_path, text: str):
    path = tmp_path / "policy.yaml"
    path.write_text(f"kind: screening_policy\n{text}", encoding="utf-8")
    return path


def test_the_usual_policy_as_a_file_changes_nothing(responses, tmp_path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(usual_policy(), encoding="utf-8")
    one, other = survey.screen(responses), survey.screen(responses, policy=path)
    assert one.table().equals(other.table())
    assert one.excluding == other.excluding and other.policy == "Our rules"
    assert list(load_policy(path).rules) == list(RULES)


def test_thresholds_actions_and_combinations(responses, tmp_path) -> None:
    text = (
        "title: Strict\nrules:\n  attention: {action: flag}\n  even_odd: {threshold: 0.6, action: exclude}\n"
        '  near_answers: {action: "off"}\n'
        "combined:\n  - {id: odd, rules: [synonyms, person_fit, mahalanobis], at_least: 2}\n"
    )
    report = survey.screen(responses, policy=written(tmp_path, text))
    assert "near_answers" not in report.rules and report.rules[-1] == "odd"
    assert "attention" not in report.excluding and {"even_odd", "odd"} <= set(report.excluding)
    assert report.thresholds["even_odd"] == 0.6
    named = [report.rules.index(name) for name in ("synonyms", "person_fit", "mahalanobis")]
    together = report.flags[:, named].sum(axis=1) >= 2
    np.testing.assert_array_equal(report.flags[:, -1], together)
    assert together.any() and not report.kept[together].any()
    flow = survey.case_flow(responses, report)
    assert "at least 2 of synonyms, person_fit, mahalanobis" in set(flow["reason"])
    assert len(report.sources()) == len(RULES) - 1


def test_exclude_and_thresholds_go_before_the_policy(responses, tmp_path) -> None:
    policy = load_policy(written(tmp_path, "rules: {attention: {threshold: 2}}\n"))
    report = survey.screen(responses, failed_checks=1, exclude=["duplicate"], policy=policy)
    assert report.thresholds["attention"] == 1 and report.excluding == ("duplicate",)


def test_a_threshold_at_which_a_rule_means_nothing_is_refused(responses) -> None:
    with pytest.raises(
        ResponseError, match="rule missingness: threshold 50: expected a number between 0 and 1"
    ):
        survey.screen(responses, missing_share=50)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("rules: {sped: {action: flag}}\n", 2, "no screening rule sped"),
        ("rules:\n  speed: {action: drop}\n", 3, "rules.speed.action"),
        ("rules:\n  speed: {threshhold: 3}\n", 3, "threshhold"),
        ("rules:\n  speed: {threshold: fast}\n", 3, "rules.speed.threshold"),
        ("rules:\n  missingness: {threshold: 50}\n", 3, "expected a number between 0 and 1"),
        ("rules:\n  even_odd: {threshold: -2}\n", 3, "expected a number between -1 and 1"),
        ("rules:\n  speed: {threshold: -3}\n", 3, "expected a number of 0 or more"),
        ("combined:\n  - {id: x, rules: [speed, sped], at_least: 1}\n", 3, "no screening rule sped"),
        ("combined:\n  - {id: speed, rules: [speed, reading], at_least: 1}\n", 3, "the name speed is taken"),
        ("combined:\n  - {id: x, rules: [speed, reading], at_least: 3}\n", 3, "cannot be reached"),
        (
            'rules: {speed: {action: "off"}}\ncombined:\n  - {id: x, rules: [speed, reading], at_least: 1}\n',
            4,
            "rule speed is off",
        ),
        ("kind: study\n", 2, "kind"),
    ],
)
def test_wrong_policies_are_refused_with_their_line(tmp_path, text: str, line: int, told: str) -> None:
    with pytest.raises(ResponseError) as error:
        load_policy(written(tmp_path, text))
    assert f"policy.yaml:{line}" in str(error.value) and told in str(error.value)


def test_a_policy_that_is_not_there_or_something_else_is_refused(tmp_path) -> None:
    with pytest.raises(ResponseError, match="no such policy file"):
        load_policy(tmp_path / "none.yaml")
    (tmp_path / "other.yaml").write_text("kind: study\n", encoding="utf-8")
    with pytest.raises(ResponseError, match="expected 'kind: screening_policy', got 'study'"):
        load_policy(tmp_path / "other.yaml")
