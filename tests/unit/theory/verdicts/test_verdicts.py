"""Each verdict by hand, and the edges of the rule."""

import math

import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.theory.verdicts.decision import Outcome, decide, detection_power, interval, two_sided_p
from mlbc_stats.theory.verdicts.decision_forms import combine, judge_part
from mlbc_stats.theory.verdicts.multiplicity import holm_levels
from mlbc_stats.theory.verdicts.quantity import Quantity

Z90, Z95 = 1.6448536269514722, 1.959963984540054
EXACT = 1e-12  # closed forms in double precision


@pytest.mark.parametrize(
    ("estimate", "se", "sign", "outcome"),
    [
        (-0.30, 0.05, -1, "supported"),
        (0.30, 0.05, +1, "supported"),
        (0.30, 0.05, -1, "opposite"),
        (-0.30, 0.05, +1, "opposite"),
        (0.00, 0.05, +1, "negligible"),
        (
            0.05,
            0.02,
            +1,
            "negligible",
        ),  # the 95 % interval excludes zero, yet the effect is too small to matter
        (0.12, 0.07, +1, "undecided"),
        (0.00, 0.10, -1, "undecided"),
        (0.30, 0.00, +1, "supported"),
        (0.00, 0.00, +1, "negligible"),
    ],
)
def test_each_verdict(estimate, se, sign, outcome):
    assert decide(estimate, se, sign) == outcome


@pytest.mark.parametrize(
    ("estimate", "se"), [(math.nan, 0.1), (0.1, math.nan), (math.inf, 0.1), (0.1, math.inf), (0.1, -1)]
)
def test_without_a_standard_error_nothing_is_decided(estimate, se):
    assert decide(estimate, se, 1) is Outcome.UNDECIDED


def test_the_rule_turns_at_the_interval_ends():
    se = 0.05
    assert decide(Z95 * se * 1.0001, se, 1, smallest=0.01) == "supported"
    assert decide(Z95 * se * 0.9999, se, 1, smallest=0.01) == "undecided"
    assert decide(0.1 - Z90 * se - 1e-9, se, 1) == "negligible"
    assert decide(0.1 - Z90 * se + 1e-9, se, 1) == "undecided"


def test_a_wider_family_level_can_take_support_back():
    assert decide(0.21, 0.1, 1) == "supported"
    assert decide(0.21, 0.1, 1, level=0.9875) == "undecided"


@pytest.mark.parametrize(
    "arguments",
    [{"sign": 2}, {"sign": 1, "smallest": 0.0}, {"sign": 1, "level": 95}, {"sign": 1, "level": 1}],
)
def test_bad_arguments_are_named(arguments):
    with pytest.raises(DataError, match=r"sign|smallest|level"):
        decide(0.1, 0.1, **arguments)


def test_power_is_that_of_the_two_sided_normal_test():
    assert detection_power(0.0001, 1e6) == pytest.approx(0.05, abs=1e-6)
    assert detection_power(Z95 * 0.1, 0.1) == pytest.approx(
        0.5 + 0.5 * math.erfc(2 * Z95 / math.sqrt(2)), abs=EXACT
    )
    assert math.isnan(detection_power(0.1, math.nan))


def test_p_value_and_interval_agree():
    lower, upper = interval(Z95, 1.0, 0.95)
    assert (lower, upper) == pytest.approx((0.0, 2 * Z95), abs=EXACT)
    assert two_sided_p(-Z95, 1.0) == pytest.approx(0.05, abs=EXACT)
    assert math.isnan(two_sided_p(1.0, 0.0))


def test_judge_carries_both_intervals():
    found = judge_part("single", Quantity("y ~ x", 0.2, 0.05), 1, 0.1, 0.99, 0.9)
    assert found.level == 0.99
    assert found.lower < found.inner_lower < found.inner_upper < found.upper
    assert found.outcome == "supported"


def test_a_joint_claim_needs_every_part_and_falls_with_one():
    yes, open_, small, against = (
        Outcome.SUPPORTED,
        Outcome.UNDECIDED,
        Outcome.NEGLIGIBLE,
        Outcome.OPPOSITE,
    )
    assert combine("intersection_union", [yes, yes]) is yes
    assert combine("intersection_union", [yes, open_]) is open_
    assert combine("intersection_union", [yes, open_, small]) is small
    assert combine("intersection_union", [small, against, yes]) is against
    assert combine("single", [small]) is small


@pytest.mark.parametrize(
    ("form", "outcomes"), [("single", []), ("intersection_union", []), ("guess", ["supported"])]
)
def test_a_form_refuses_what_it_cannot_take(form, outcomes):
    with pytest.raises(DataError):
        combine(form, outcomes)


def test_holm_by_hand():
    assert holm_levels([0.01, 0.02, 0.03]).tolist() == pytest.approx([1 - 0.05 / 3, 1 - 0.05 / 2, 0.95])


def test_holm_stops_at_the_first_member_it_keeps():
    levels = holm_levels([0.03, 0.04])
    assert levels.tolist() == pytest.approx([0.975, 0.975])


def test_a_family_of_one_is_not_widened_and_an_empty_one_is_empty():
    assert holm_levels([0.5]).tolist() == [0.95]
    assert holm_levels([math.nan, 0.001]).tolist() == pytest.approx([0.95, 0.975])
    assert holm_levels([]).size == 0
