"""The verdict of every decision form on numbers made by hand, and its error rate on numbers drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlbc_stats.theory.verdicts.decision import Outcome, decide
from mlbc_stats.theory.verdicts.decision_forms import FORMS, OF_COEFFICIENTS, combine, judge, judge_part, rule
from mlbc_stats.theory.verdicts.quantity import Quantity

LEVEL, INNER, SMALLEST = 0.95, 0.90, 0.10
NAN = math.nan
DRAWS, RATE = 4000, 0.012  # three binomial standard errors of 5 % at 4,000 draws, rounded up


def outcome(form, estimate, se, sign=1, p=NAN, draws=()):
    quantity = Quantity("q", estimate, se, p, np.asarray(draws, dtype=float))
    return judge_part(form, quantity, sign, SMALLEST, LEVEL, INNER).outcome


@pytest.mark.parametrize(
    ("form", "estimate", "se", "sign", "expected"),
    [
        ("single", 0.3, 0.1, 1, "supported"),
        ("single", 0.3, 0.1, -1, "opposite"),
        ("single", -0.3, 0.1, 0, "supported"),
        ("single", 0.3, 0.2, 0, "undecided"),
        ("contrast", 0.25, 0.1, 1, "supported"),
        ("contrast", 0.0, 0.05, 1, "negligible"),
        ("ordered_steps", -0.25, 0.1, 1, "opposite"),
        ("model_comparison", 0.2, 0.05, 1, "supported"),
        ("hazard", -0.5, 0.2, -1, "supported"),
        ("non_inferiority", 0.0, 0.05, 1, "supported"),
        ("non_inferiority", -0.09, 0.05, 1, "undecided"),
        ("non_inferiority", -0.3, 0.05, 1, "opposite"),
        ("non_inferiority", 0.09, 0.05, -1, "undecided"),
        ("non_inferiority", 0.3, 0.05, 1, "supported"),
        ("single", NAN, 0.1, 1, "undecided"),
        ("non_inferiority", 0.3, NAN, 1, "undecided"),
    ],
)
def test_numbers_made_by_hand(form, estimate, se, sign, expected):
    assert outcome(form, estimate, se, sign) == expected


@pytest.mark.parametrize(
    ("estimate", "p", "draws", "expected"),
    [
        (0.2, 0.01, (), "supported"),
        (0.2, 0.06, (), "undecided"),
        (0.05, 0.001, (), "undecided"),
        (0.05, 0.001, np.linspace(0.03, 0.07, 50), "negligible"),
        (0.2, NAN, (), "undecided"),
    ],
)
def test_necessity_asks_for_size_and_chance(estimate, p, draws, expected):
    assert outcome("necessity", estimate, NAN, p=p, draws=draws) == expected


def test_resamples_take_the_place_of_the_normal_interval():
    skewed = np.exp(np.random.default_rng(1).normal(size=2000)) / 4
    assert outcome("single", 0.25, 0.3) == "undecided"
    assert outcome("single", 0.25, 0.3, draws=skewed) == "supported"


@given(
    st.sampled_from(sorted(set(FORMS) - {"single", "hazard"})), st.lists(st.sampled_from(Outcome), min_size=1)
)
def test_one_part_against_it_refutes_and_one_in_doubt_leaves_doubt(form, outcomes):
    found = combine(form, outcomes)
    assert (found is Outcome.SUPPORTED) == (set(outcomes) == {Outcome.SUPPORTED})
    assert (found is Outcome.OPPOSITE) == (Outcome.OPPOSITE in outcomes)


@given(
    st.floats(-1, 1),
    st.floats(0.001, 1),
    st.sampled_from([-1, 0, 1]),
    st.sampled_from(sorted(OF_COEFFICIENTS)),
)
def test_forms_of_coefficients_are_the_rule_of_one(estimate, se, sign, form):
    assert outcome(form, estimate, se, sign) == decide(estimate, se, sign, SMALLEST, LEVEL, INNER)


@given(st.floats(-1, 1), st.floats(0.001, 1))
def test_what_is_better_is_never_inferior(estimate, se):
    order = ["opposite", "undecided", "supported"]
    worse, better = (outcome("non_inferiority", value, se) for value in (estimate, estimate + 0.1))
    assert order.index(worse) <= order.index(better)


@pytest.mark.parametrize(
    ("form", "true"), [("single", 0.0), ("contrast", 0.0), ("non_inferiority", -SMALLEST)]
)
def test_what_is_false_is_supported_at_its_rate_and_no_more(form, true):
    """One-sided 2.5 % of a coefficient that is zero, 5 % of a loss as large as the margin."""
    rng = np.random.default_rng(7)
    drawn = true + 0.1 * rng.normal(size=DRAWS)
    share = np.mean([outcome(form, value, 0.1) == "supported" for value in drawn])
    nominal = 0.05 if form == "non_inferiority" else 0.025
    assert abs(share - nominal) < RATE


def test_a_joint_claim_errs_less_than_its_parts():
    rng = np.random.default_rng(8)
    drawn = 0.1 * rng.normal(size=(DRAWS, 2)) + np.array([0.0, 0.4])
    joint = [combine("contrast", [outcome("contrast", value, 0.1) for value in row]) for row in drawn]
    assert np.mean([found == "supported" for found in joint]) < 0.025 + RATE


@pytest.mark.parametrize("dependence", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("parts", "steps"), [(2, 1), (6, 1), (6, 2)])
def test_a_joint_claim_is_opposite_at_the_rate_of_a_single_one(parts, steps, dependence):
    """However many parts, and though each is the smallest of several steps: 2.5 % of draws that are truly zero."""
    rng = np.random.default_rng(9)
    shared = np.sqrt(dependence) * rng.normal(size=(1500, 1, 1))
    own = np.sqrt(1 - dependence) * rng.normal(size=(1500, parts, steps))
    drawn = 0.1 * (shared + own).min(axis=2)
    verdicts = [
        judge(
            "contrast",
            [Quantity("q", value, 0.1, smallest_of=steps) for value in row],
            1,
            SMALLEST,
            LEVEL,
            INNER,
        )[1]
        for row in drawn
    ]
    share = np.mean([found == "opposite" for found in verdicts])
    assert share < 0.025 + RATE
    assert share > 0.012 or dependence


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_is_told_with_its_numbers(form):
    text = rule(form, 0.15, 0.99, 0.9)
    assert "0.15" in text or form in ("intersection_union", "contrast", "ordered_steps")
    assert "{" not in text


def test_power_is_told_where_an_interval_about_zero_decides():
    told = {form: judge_part(form, Quantity("q", 0.1, 0.05, 0.04), 1, 0.1, 0.95, 0.9).power for form in FORMS}
    assert {form for form, power in told.items() if math.isnan(power)} == {"non_inferiority", "necessity"}
