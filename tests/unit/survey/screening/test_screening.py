"""Screening flags, reports and deletes nothing."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.screening.rules.seen import pages
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, changed, export


def flagged(report, rule: str) -> list[bool]:
    return report.flags[:, report.rules.index(rule)].tolist()


def test_each_rule_flags_its_own_kind(tmp_path) -> None:
    rows = (*ROWS, "a,s3,2,1,1,6,1,1,1,1,1,,3,200", "e,s4,2,,,,,,,,1,,3,5")
    report = survey.screen(survey.read(export(tmp_path, *rows), INSTRUMENT), long_string=6)
    assert flagged(report, "attention") == [False, False, True, False, False]
    assert flagged(report, "duplicate") == [False, False, False, True, False]
    assert flagged(report, "long_string") == [False, False, False, True, False]
    assert flagged(report, "variability") == [False, False, True, True, False]
    assert flagged(report, "missingness") == [False, False, False, False, True]
    assert flagged(report, "relative_speed") == [False, False, True, False, True]
    assert report.kept.tolist() == [True, True, False, False, False]


def test_thresholds_are_arguments_and_in_the_report(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    strict = survey.screen(responses, seconds_per_item=25.0)
    assert strict.thresholds["speed"] == 25.0
    assert flagged(strict, "speed") == [True, False, True]
    assert flagged(survey.screen(responses, seconds_per_item=0.0), "speed") == [False] * 3


def test_the_table_counts_rules_and_kept(tmp_path) -> None:
    table = survey.screen(survey.read(export(tmp_path), INSTRUMENT)).table().set_index("rule")
    assert table.loc["attention", "flagged"] == 1
    assert (
        table.loc["attention", "criterion"] == "at least 1 attention check answered otherwise than instructed"
    )
    assert table.loc["kept", "flagged"] + table.loc["excluded", "flagged"] == 3
    assert table.loc["kept", "share"] == pytest.approx(2 / 3)


def test_only_excluding_rules_take_cases_out(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    report = survey.screen(responses, exclude=["duplicate"])
    assert report.kept.all()
    assert report.excluding == ("duplicate",)
    assert flagged(report, "attention") == [False, False, True]
    assert survey.screen(responses, exclude=[]).kept.all()
    assert survey.screen(responses, exclude="attention").kept.tolist() == [True, True, False]


def test_unknown_rules_are_refused(tmp_path) -> None:
    with pytest.raises(ResponseError, match=r"no screening rule sped; there are attention, long_string"):
        survey.screen(survey.read(export(tmp_path), INSTRUMENT), exclude=["sped"])


def test_what_the_file_cannot_give_flags_nobody(tmp_path) -> None:
    file = export(tmp_path, *(row.rsplit(",", 1)[0] for row in ROWS), header=HEADER.rsplit(",", 1)[0])
    report = survey.screen(survey.read(file, INSTRUMENT))
    table = report.table().set_index("rule")
    assert table.loc["speed", "evaluated"] == 0
    assert table.loc["preview", "evaluated"] == 0
    assert not any(flagged(report, "speed"))


def test_routed_out_items_do_not_count_as_missing(tmp_path) -> None:
    report = survey.screen(survey.read(export(tmp_path, *changed(1, "day_1", "")), INSTRUMENT))
    assert report.measures["missingness"].tolist() == [0, 1 / 3, 0]


def test_a_report_can_be_pickled(tmp_path) -> None:
    report = survey.screen(survey.read(export(tmp_path), INSTRUMENT))
    assert pickle.loads(pickle.dumps(report)).table().equals(report.table())


def test_the_responses_stay_as_they_are(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    before = responses.codes.copy()
    survey.screen(responses)
    np.testing.assert_array_equal(responses.codes, before)
    assert responses.n == 3


def test_pages_are_runs_of_items_on_one_scale() -> None:
    responses = survey.simulate(survey.pilot_population(), n=2, seed=1)
    names = np.array(responses.rated_ids)
    for page in pages(responses):
        assert len({responses.instrument.item(name).scale for name in names[list(page)]}) == 1
    assert sum(len(page) for page in pages(responses)) == len(names)


def test_careless_informants_are_found_and_attentive_ones_kept() -> None:
    population = survey.pilot_population()
    assert survey.screen(survey.simulate(population.clean(), n=400, seed=2)).kept.mean() > 0.99
    spoiled = survey.simulate(
        survey.Population(population.instrument, careless=survey.Careless(straightlining=0.5, random=0.5)),
        n=200,
        seed=3,
    )
    assert survey.screen(spoiled).kept.mean() < 0.02
    by_answers = survey.screen(spoiled, exclude=["attention", "long_string", "variability"])
    assert by_answers.kept.mean() < 0.05
