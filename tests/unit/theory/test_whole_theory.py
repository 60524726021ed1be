"""Every proposition with a model in lavaan syntax is decided, and by the right side, on answers drawn with it true."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import theory
from mlbc_stats.errors import DataError, InstrumentError
from mlbc_stats.theory.structural.structures import MODELS
from tests.examples.whole_theory import answers

REGISTRY = theory.load_propositions()
MODELLED = [entry.id for entry in REGISTRY.propositions if entry.model in MODELS]
TRUE = ["M1", "M2", "M3", "M4", "M5", "M6", "M12", "M13", "M17", "M19", "M21", "M22", "H7"]


@pytest.fixture(scope="module")
def result():
    return theory.test(answers(True), MODELLED, cutoffs=0)


def test_all_of_them_get_a_verdict(result):
    assert len(MODELLED) == 24
    assert not result.failures
    assert all(verdict.coefficients for verdict in result.verdicts)
    table = result.table()
    one_level = table[
        table["proposition"] != "X1"
    ]  # nothing differs between these organizations but by chance
    numbers = one_level[["estimate", "se", "lower", "upper"]].to_numpy(float)
    assert np.isfinite(numbers).all()


def test_what_is_true_is_supported(result):
    found = {name: result.verdict(name).ungated.value for name in TRUE}
    assert set(found.values()) == {"supported"}, found


def test_invariance_is_looked_at_where_groups_are_compared(result):
    (gate,) = (gate for gate in result.gates if gate.name == "invariance")
    assert gate.model == "S4" and not gate.closed
    assert "CFI changes by" in gate.finding


def test_products_can_be_estimated_by_other_ways(result):
    given = theory.test(answers(True), ["M5"], cutoffs=0, interactions="lms").verdict("M5").coefficients[0]
    quick = result.verdict("M5").coefficients[0]
    assert given.estimate == pytest.approx(
        quick.estimate, abs=0.02
    )  # two likelihoods of nearly the same model
    with pytest.raises(DataError, match="interactions='sem' is none of"):
        theory.test(answers(True), ["M5"], interactions="sem")


def test_a_family_is_confirmatory_where_its_power_was_planned(result):
    planned = theory.test(answers(True), ["M5"], cutoffs=0, planned=["C"])
    assert any("Family C: Holm over M5, M6." in note for note in planned.notes)
    assert any("Family C: exploratory" in note for note in result.notes)
    assert planned.verdict("M5").coefficients[0].level >= result.verdict("M5").coefficients[0].level
    with pytest.raises(InstrumentError, match="'A' is no family that asks for planned power; such are C"):
        theory.test(answers(True), ["M5"], planned=["A"])


def test_phases_with_few_units_are_not_compared():
    found = theory.check(answers(True, n=90), ["M9"])
    assert found.states[0] is theory.State.GROUPS
    assert "each of the three takes 50 or more" in found.reasons[0]


def test_quantities_beside_a_verdict_are_told_and_do_not_decide(result):
    table = result.beside_table()
    assert table["proposition"].tolist() == ["M2", *["M11"] * 6]
    assert table["quantity"].tolist() == [
        "aln_state ~ CS:CHG",
        "aln_state ~ gap_tech_user",
        *(f"a{k} of aln_state ~ pace_tech, pace_org | pace_user" for k in range(1, 6)),
    ]
    assert np.isfinite(table[["estimate", "se"]].to_numpy(float)).all()
    assert len(result.verdict("M2").coefficients) == 1
