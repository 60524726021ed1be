"""Numbers written as text: one reading, two, or none, and what decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlbc_stats.number_text import Convention, describe_doubt, find_marks, is_number

POINT, COMMA = frozenset("."), frozenset(",")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("3,5", 3.5),
        ("0,333", 0.333),
        ("12345,678", 12345.678),
        (",5", 0.5),
        ("1.540", 1.54),
        ("1.540,25", 1540.25),
        ("1,540.25", 1540.25),
        ("1,540,000", 1540000.0),
        ("1 540", 1540.0),
        ("1\N{NO-BREAK SPACE}540,5", 1540.5),
        ("1\N{NARROW NO-BREAK SPACE}540\N{NARROW NO-BREAK SPACE}000", 1540000.0),
        ("1'540.5", 1540.5),
        ("1\N{RIGHT SINGLE QUOTATION MARK}540", 1540.0),
        ("\N{FULLWIDTH DIGIT THREE}\N{FULLWIDTH FULL STOP}\N{FULLWIDTH DIGIT FIVE}", 3.5),
        ("\N{ARABIC-INDIC DIGIT THREE}", 3.0),
        ("\N{MINUS SIGN}3.5", -3.5),
        ("\N{ZERO WIDTH SPACE}7\N{NO-BREAK SPACE}", 7.0),
        ("1.540e3", 1540.0),
        ("1,5E-3", 0.0015),
        ("007", 7.0),
        ("+.5", 0.5),
    ],
)
def test_one_reading(cell, number):
    assert Convention().read(cell) == (number,)


@pytest.mark.parametrize(
    "cell",
    [
        *("3_3.333", "1_000", "33%", "-", "", ".", ",", "inf", "nan", "1e999", "0x10", "1,00,000", "1 54"),
        *("3\N{SUPERSCRIPT TWO}", "1,2,3", "1.2.3", "two", "5,", "1,540 000", "2 min"),
    ],
)
def test_no_reading(cell):
    assert Convention().read(cell) == ()
    assert not is_number(cell)


@pytest.mark.parametrize(
    ("cell", "column", "file", "expected"),
    [
        ("1,540", set(), set(), (1540.0, 1.54)),
        ("-1,540", set(), set(), (-1540.0, -1.54)),
        ("1,540", COMMA, POINT, (1.54,)),
        ("1,540", POINT, COMMA, (1540.0,)),
        ("1,540", set(), COMMA, (1.54,)),
        ("1,540", set(), POINT, (1540.0,)),
        ("1,540", COMMA | POINT, set(), (1540.0, 1.54)),
        ("1,540", set(), COMMA | POINT, (1540.0, 1.54)),
        ("1.540", set(), POINT, (1.54,)),
        ("1.540", COMMA, set(), (1540.0,)),
        ("1.540", set(), COMMA, (1.54, 1540.0)),
        ("1.540", COMMA | POINT, set(), (1.54, 1540.0)),
    ],
)
def test_other_cells_decide_or_nothing_does(cell, column, file, expected):
    assert Convention(column=frozenset(column), file=frozenset(file)).read(cell) == expected


@pytest.mark.parametrize(
    ("mark", "cell", "expected"),
    [
        (".", "1,540", (1540.0,)),
        (",", "1,540", (1.54,)),
        (",", "1.540", (1540.0,)),
        (".", "3,5", ()),
        (",", "3.5", ()),
    ],
)
def test_a_mark_that_is_given_is_kept(mark, cell, expected):
    assert Convention(given=mark, column=COMMA | POINT).read(cell) == expected


def test_a_doubt_says_both_readings():
    cell = " 1.540"
    assert describe_doubt(cell, (1.54, 1540.0)) == (
        "'1.540' is 1540 with a thousands point or 1.54 with a decimal point"
    )


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([".", ","]))
def test_what_python_writes_is_read_back(number, mark):
    written = repr(number).replace(".", mark)
    assert Convention(given=mark).read(written) == (number,)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_thousands_marks_of_both_ways_are_read_back(whole, cents):
    english = f"{whole:,}.{cents:02d}"
    continental = english.translate(str.maketrans(".,", ",."))
    expected = float(f"{whole}.{cents:02d}")
    assert Convention().read(english) == Convention().read(continental) == (expected,)
    assert find_marks([english]) == POINT
    assert find_marks([continental]) == COMMA
