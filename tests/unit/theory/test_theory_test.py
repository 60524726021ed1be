"""Propositions tested on synthetic responses, from the answers to the verdicts."""

import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import InstrumentError
from mlbc_stats.theory.verdicts.decision import interval

SAME = 1e-12  # the same numbers by another way


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(survey.pilot_population().clean(), n=400, seed=3)


@pytest.fixture(scope="module")
def result(responses):
    return theory.test(responses)


def test_strong_effects_of_the_population_are_found_with_their_sign(result):
    outcomes = {verdict.proposition: verdict.outcome.value for verdict in result.verdicts}
    assert [outcomes[name] for name in ("M1", "M3", "M4", "M12")] == [
        "supported",
        "opposite",
        "supported",
        "supported",
    ]
    assert tuple(outcomes) == theory.load_propositions().ids
    assert result.trustworthy


def test_intervals_are_those_of_the_standardized_solution(result):
    standardized = result.fits["S2"].standardized
    row = standardized[(standardized["lhs"] == "TC") & (standardized["op"] == "~")].iloc[0]
    part = result.verdict("M5r").coefficients[0]
    assert part.estimate == pytest.approx(row["est_std"], abs=SAME)
    assert (part.lower, part.upper) == pytest.approx((row["ci_lower"], row["ci_upper"]), abs=SAME)
    assert (part.inner_lower, part.inner_upper) == pytest.approx(
        interval(row["est_std"], row["se"], 0.9), abs=SAME
    )


def test_an_indirect_effect_is_the_product_of_the_standardized_paths(result):
    frame = result.fits["S1"].standardized.set_index(["lhs", "op", "rhs"])["est_std"]
    product = frame["aln_state", "~", "OML"] * frame["CAP", "~", "aln_state"]
    assert result.verdict("M13").coefficients[1].estimate == pytest.approx(product, abs=1e-9)


def test_two_facets_have_equal_standardized_loadings(result):
    frame = result.fits["S1"].standardized.set_index(["lhs", "op", "rhs"])["est_std"]
    assert frame["OML", "=~", "oml_learn"] == pytest.approx(frame["OML", "=~", "oml_data"], abs=1e-9)


def test_the_result_says_rule_levels_smallest_effect_and_what_it_stands_on(result):
    assert set(result.decision_rule) >= {"single", "intersection_union"}
    assert "95 % interval" in result.decision_rule["single"]
    assert "±0.1" in result.decision_rule["single"]
    table = result.table()
    decided = table[table["verdict"] != "not testable here"]
    assert set(decided["smallest_effect"]) == {0.10}
    assert set(decided["claim"]) == {"associational"}
    assert len(table) == sum(len(verdict.coefficients) or 1 for verdict in result.verdicts)
    assert any("Holm over M1, M2, M3, M4" in note for note in result.notes)
    assert any("M12, M13 ask for predictor and outcome" in note for note in result.notes)
    assert not any("too narrow" in note for note in result.notes)
    assert result.synthetic


def test_asking_for_one_proposition_gives_the_same_verdict(responses, result):
    alone = theory.test(responses, ["M1"])
    assert alone.verdict("M1").coefficients[0].level == result.verdict("M1").coefficients[0].level
    assert alone.verdict("M1").outcome == result.verdict("M1").outcome
    assert set(alone.fits) == {"S1"}


def test_an_unknown_proposition_is_named(responses, result):
    with pytest.raises(InstrumentError, match="M99"):
        theory.test(responses, ["M99"])
    with pytest.raises(InstrumentError, match="no verdict on 'M99'"):
        result.verdict("M99")
