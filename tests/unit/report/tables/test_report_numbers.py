"""Numbers as text."""

import decimal

import numpy as np
import pandas as pd
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import MINUS, MISSING, format_interval, format_level, format_value


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.12345, "estimate", "0.123"),
        (-0.12345, "estimate", "-0.123"),
        (-0.0004, "estimate", "0.000"),
        (0.0, "estimate", "0.000"),
        (12345.678, "statistic", "12345.68"),
        (0.25, "bounded", ".250"),
        (-0.25, "bounded", "-.250"),
        (1.0, "bounded", "1.000"),
        (1.25, "bounded", "1.250"),
        (-1.25, "bounded", "-1.250"),
        (0.9999, "bounded", "1.000"),
        (10.25, "bounded", "10.250"),
        (0.0, "bounded", ".000"),
        (0.0, "p", "< .001"),
        (0.00099, "p", "< .001"),
        (0.001, "p", ".001"),
        (0.05, "p", ".050"),
        (0.9994, "p", ".999"),
        (0.9996, "p", "> .999"),
        (1.0, "p", "> .999"),
        (600.0, "count", "600"),
        (np.int64(7), "count", "7"),
        (23.456, "count", "23.456"),
        (0.1234, "percent", "12.3%"),
        (0.1234, "share", "12%"),
        (0.456, "short", "0.46"),
        (float("inf"), "estimate", "∞"),
        (-np.inf, "statistic", "-∞"),
        ((0.1, -0.2), "interval", "[0.100, -0.200]"),
        ((0.017, 0.025), "bounded_interval", "[.017, .025]"),
        ((0.1, None), "interval", f"[0.100, {MISSING}]"),
        ((None, np.nan), "interval", MISSING),
        (decimal.Decimal("0.5"), "estimate", "0.500"),
        (np.float32(0.5), "auto", "0.500"),
        (5, "auto", "5"),
        (5.0, "auto", "5.000"),
        (True, "auto", "yes"),
        (np.False_, "count", "no"),
        ("-3 <b>", "estimate", "-3 <b>"),
        ("x", "interval", "x"),
        ("007", "auto", "007"),
    ],
)
def test_a_value_becomes_its_text(value, kind, text):
    assert format_value(value, kind) == text


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
@pytest.mark.parametrize("kind", ["auto", "text", "estimate", "p", "interval"])
def test_nothing_is_a_dash(nothing, kind):
    assert format_value(nothing, kind) == MISSING


def test_the_minus_sign_is_that_of_the_medium_and_only_of_numbers():
    assert format_value(-0.5, "bounded", MINUS) == "−.500"
    assert format_value((-0.5, -0.1), "interval", MINUS) == "[−0.500, −0.100]"
    assert format_value("one-sided", "text", MINUS) == "one-sided"
    assert format_value(-0.0001, "estimate", MINUS) == "0.000"


def test_intervals_and_levels_in_a_sentence():
    assert format_interval(-0.1, 0.2, 0.9, "bounded_interval") == "90% CI [-.100, .200]"
    assert format_level(0.9833333) == "98.33%"
    assert format_level(0.999) == "99.9%"


def test_an_unknown_format_is_named_with_those_that_exist():
    with pytest.raises(DataError, match=r"unknown number format 'pretty': expected one of .*estimate"):
        format_value(1.0, "pretty")


def test_an_interval_needs_a_pair():
    with pytest.raises(DataError, match=r"needs a pair \(lower, upper\), got 0.5"):
        format_value(0.5, "interval")
