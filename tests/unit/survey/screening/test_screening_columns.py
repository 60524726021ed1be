"""What stands beside the answers: scores of the platform, times, traps, pastes, devices, texts."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import survey
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, export


def measured(tmp_path, columns: dict[str, tuple[str, ...]], rule: str) -> list[float]:
    """The index of a rule for the demonstration answers with further columns."""
    header = ",".join((HEADER, *columns))
    rows = [",".join((row, *(cells[place] for cells in columns.values()))) for place, row in enumerate(ROWS)]
    report = survey.screen(survey.read(export(tmp_path, *rows, header=header), INSTRUMENT))
    return report.measures[rule].tolist()


def flagged(tmp_path, columns: dict[str, tuple[str, ...]], rule: str) -> list[bool]:
    header = ",".join((HEADER, *columns))
    rows = [",".join((row, *(cells[place] for cells in columns.values()))) for place, row in enumerate(ROWS)]
    report = survey.screen(survey.read(export(tmp_path, *rows, header=header), INSTRUMENT))
    assert report.excluding == ("attention", "long_string", "variability", "speed", "relative_speed", "missingness",
                                "duplicate", "preview")  # fmt: skip
    return report.flags[:, report.rules.index(rule)].tolist()


@pytest.mark.parametrize(
    ("column", "cells", "rule", "flags"),
    [
        ("Q_RecaptchaScore", ("0.9", "0.3", ""), "recaptcha", [False, True, False]),
        ("Q_RelevantIDFraudScore", ("0", "30", "29"), "platform_fraud", [False, True, False]),
        ("Q_RelevantIDDuplicateScore", ("75", "0", ""), "platform_duplicate", [True, False, False]),
        ("Q_RelevantIDDuplicate", ("", "true", ""), "platform_duplicate", [False, True, False]),
        ("Q_BallotBoxStuffing", ("", "", "true"), "platform_duplicate", [False, False, True]),
        ("honeypot_1", ("", "", "http://x"), "honeypot", [False, False, True]),
        ("trap", ("0", "1", "0"), "honeypot", [False, True, False]),
        ("pastes", ("0", "2", ""), "pastes", [False, True, False]),
        ("ip_hash", ("a", "a", ""), "device", [True, True, False]),
    ],
)
def test_columns_are_understood(tmp_path, column, cells, rule, flags) -> None:
    assert flagged(tmp_path, {column: cells}, rule) == flags


def test_times_of_pages_are_compared_with_their_median(tmp_path) -> None:
    pages = {
        "T1_Page Submit": ("30", "30", "5"),
        "groupTime7": ("40", "60", "50"),
        "seconds_b1": ("9", "", "2"),
    }
    np.testing.assert_allclose(measured(tmp_path, pages, "page_speed"), [0, 0, 1 / 3])


def test_times_of_questions_are_compared_with_reading(tmp_path) -> None:
    found = measured(
        tmp_path, {"seconds_day_1": ("9", "0.1", ""), "day_2Time": ("9", "9", "0.1")}, "item_speed"
    )
    np.testing.assert_allclose(found, [0, 0.5, 1])


def test_reading_takes_a_time_for_every_word(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    report = survey.screen(responses)
    words = [len(INSTRUMENT.item(name).text["en"].split()) for name in responses.rated_ids]
    check = len(INSTRUMENT.checks[0].text["en"].split())
    assert report.measures["reading"].iloc[0] == pytest.approx(120 / (0.3 * (sum(words) + check)))


def test_a_rule_says_why_it_has_nothing_to_look_at(tmp_path) -> None:
    report = survey.screen(survey.read(export(tmp_path), INSTRUMENT))
    assert report.reasons["recaptcha"] == "the file has no column Q_RecaptchaScore"
    assert "cannot be inverted" in report.reasons["mahalanobis"]
    assert "2 scales of two items or more; 3 are needed" in report.reasons["even_odd"]
    told = report.sources().set_index("rule")["not_computed"]
    assert told["honeypot"] and not told["attention"]
    assert not report.flags[:, [report.rules.index(rule) for rule in report.reasons]].any()


def test_open_texts_that_repeat_one_another(tmp_path) -> None:
    text = "It saves us hours every week"
    rows = [
        row.replace(",fine,", f",{text},").replace(",2,,12.5", f",2,{text.upper()}!,12.5") for row in ROWS
    ]
    report = survey.screen(survey.read(export(tmp_path, *rows), INSTRUMENT))
    assert report.measures["same_text"].tolist()[:2] == [1, 1]
