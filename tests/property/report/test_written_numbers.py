"""Whatever the number, its text says the same number."""

import math

from hypothesis import given
from hypothesis import strategies as st

from mlbc_stats.report.numbers import MINUS, format_value

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
HALF_A_UNIT = 0.0005 * (1 + 1e-9)  # three decimals, plus the rounding of the product with 1e9


@given(NUMBERS)
def test_an_estimate_is_within_half_a_unit_of_its_text(value):
    text = format_value(value, "estimate")
    assert math.isclose(float(text), value, rel_tol=1e-12, abs_tol=HALF_A_UNIT)
    assert text != "-0.000"


@given(st.floats(min_value=-1, max_value=1))
def test_bounded_differs_from_estimate_by_the_leading_zero_only(value):
    plain, bounded = format_value(value, "estimate"), format_value(value, "bounded")
    assert float(plain) == float(bounded)
    assert "0." not in bounded


@given(st.floats(min_value=0, max_value=1))
def test_a_p_value_never_reads_as_zero_or_one(value):
    text = format_value(value, "p")
    assert text in ("< .001", "> .999") or 0.001 <= float(text) <= 0.999


@given(NUMBERS)
def test_the_typographic_minus_changes_the_sign_only(value):
    assert format_value(value, "statistic", MINUS).replace(MINUS, "-") == format_value(value, "statistic")
