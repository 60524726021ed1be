"""The decision rule partitions the plane of estimates and errors, and moves the right way."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from mlbc_stats.theory.verdicts.decision import Outcome, decide, interval
from mlbc_stats.theory.verdicts.decision_forms import judge
from mlbc_stats.theory.verdicts.multiplicity import holm_levels, joint_p
from mlbc_stats.theory.verdicts.quantity import Quantity

estimates = st.floats(-2, 2)
errors = st.floats(1e-4, 1)
signs = st.sampled_from([-1, 1])
smallest_effects = st.floats(0.01, 0.5)
MIRROR = {
    "supported": "opposite",
    "opposite": "supported",
    "negligible": "negligible",
    "undecided": "undecided",
}
RANK = {"opposite": 0, "undecided": 1, "negligible": 1, "supported": 2}


@given(estimates, errors, signs, smallest_effects)
def test_exactly_one_outcome_and_it_is_the_first_that_holds(estimate, se, sign, smallest):
    inner, outer = interval(estimate, se, 0.90), interval(estimate, se, 0.95)
    negligible = -smallest < inner[0] and inner[1] < smallest
    predicted = outer[0] > 0 if sign > 0 else outer[1] < 0
    other = outer[1] < 0 if sign > 0 else outer[0] > 0
    assert not (predicted and other)
    expected = [negligible, predicted and not negligible, other and not negligible]
    order = [Outcome.NEGLIGIBLE, Outcome.SUPPORTED, Outcome.OPPOSITE]
    claims = [outcome for outcome, holds in zip(order, expected, strict=True) if holds] or [Outcome.UNDECIDED]
    assert claims == [decide(estimate, se, sign, smallest)]


@given(estimates, errors, signs, smallest_effects)
def test_turning_the_sign_turns_the_verdict(estimate, se, sign, smallest):
    assert decide(estimate, se, -sign, smallest) == MIRROR[decide(estimate, se, sign, smallest)]
    assert decide(-estimate, se, -sign, smallest) == decide(estimate, se, sign, smallest)


@given(estimates, st.floats(0, 1), errors, smallest_effects)
def test_a_larger_estimate_never_speaks_less_for_a_positive_prediction(estimate, step, se, smallest):
    before, after = decide(estimate, se, 1, smallest), decide(estimate + step, se, 1, smallest)
    assert RANK[after] >= RANK[before]


@given(estimates, errors, st.floats(0.1, 1), signs, smallest_effects)
def test_more_precision_never_undoes_a_decision(estimate, se, shrink, sign, smallest):
    before, after = decide(estimate, se, sign, smallest), decide(estimate, se * shrink, sign, smallest)
    if before is Outcome.NEGLIGIBLE:
        assert after is Outcome.NEGLIGIBLE
    if before in (Outcome.SUPPORTED, Outcome.OPPOSITE):
        assert after in (before, Outcome.NEGLIGIBLE)


@given(estimates, errors, signs, smallest_effects, st.floats(1, 3))
def test_a_larger_smallest_effect_only_moves_towards_negligible(estimate, se, sign, smallest, factor):
    before, after = decide(estimate, se, sign, smallest), decide(estimate, se, sign, smallest * factor)
    assert after in (before, Outcome.NEGLIGIBLE)


@given(estimates, errors, signs, st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_a_wider_interval_only_moves_support_to_undecided(estimate, se, sign, one, two):
    narrow, wide = sorted((one, two))
    before, after = decide(estimate, se, sign, level=narrow), decide(estimate, se, sign, level=wide)
    assert after in (before, Outcome.UNDECIDED)
    assert interval(estimate, se, wide)[1] >= interval(estimate, se, narrow)[1]


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=8), st.floats(0.001, 0.2))
def test_holm_levels_reject_what_adjusted_p_values_reject(p, alpha):
    p = np.array(p)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(1, np.maximum.accumulate((p.size - np.arange(p.size)) * p[order]))
    assume(np.all(np.abs(adjusted - alpha) > 1e-9))
    assert np.array_equal(p < 1 - holm_levels(p, alpha), adjusted < alpha)


@given(
    st.lists(st.tuples(estimates, errors, st.integers(1, 3)), min_size=1, max_size=6),
    signs,
    st.floats(0.8, 0.99),
)
def test_a_joint_claim_is_decided_where_its_p_value_says_so(drawn, sign, level):
    """No part is negligible here, so that supported and opposite together are one test at 1 − level."""
    parts = [Quantity(f"q{k}", *row[:2], smallest_of=row[2]) for k, row in enumerate(drawn)]
    assume(abs(joint_p(parts, sign) - (1 - level)) > 1e-9)
    _, found = judge("intersection_union", parts, sign, 1e-9, level, 0.5)
    assert (found in (Outcome.SUPPORTED, Outcome.OPPOSITE)) == (joint_p(parts, sign) < 1 - level)


@given(st.lists(st.tuples(estimates, errors), min_size=1, max_size=6), estimates, errors, signs)
def test_one_more_part_never_makes_a_part_opposite(drawn, estimate, se, sign):
    parts = [Quantity(f"q{k}", *row) for k, row in enumerate(drawn)]
    before, _ = judge("contrast", parts, sign, 0.1, 0.95, 0.9)
    after, _ = judge("contrast", [*parts, Quantity("one more", estimate, se)], sign, 0.1, 0.95, 0.9)
    for old, new in zip(before, after, strict=False):
        assert new.outcome == old.outcome or (old.outcome, new.outcome) == ("opposite", "undecided")
