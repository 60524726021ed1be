"""A proposition without a model in lavaan syntax gets its quantities from a decider, and its verdict from its form."""

from __future__ import annotations

import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.theory import State
from mlbc_stats.theory.deciders import running, table
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.states import Obstacle
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

NAMES = theory.load_propositions().proposition("M20").deciding


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(survey.pilot_population(), n=220, seed=3)


@pytest.fixture
def decided(monkeypatch, responses):
    """A test of M20 with a decider of its own."""

    def run(quantities, obstacle=lambda entry, given: None):
        monkeypatch.setattr(table, "DECIDERS", {"necessity": Decider(obstacle, quantities)})
        return theory.test(responses, ["M20"], cutoffs=0), theory.check(responses, ["M20"])

    return run


def found(estimate=0.3, p=0.001, doubts=(), names=NAMES):
    parts = tuple(Quantity(name, estimate, float("nan"), p=p) for name in names)
    return lambda entry, given: Found(parts, n=len(given.frame), notes=("a note",), doubts=doubts)


def test_its_quantities_are_judged_by_the_form(decided):
    result, checked = decided(found())
    verdict = result.verdict("M20")
    assert verdict.outcome == "supported" and verdict.n == 220
    assert [part.name for part in verdict.coefficients] == list(NAMES)
    assert "M20: a note" in result.notes
    assert "permutation p below 0.05" in result.decision_rule["necessity"]
    assert checked.states == (State.TESTABLE,)
    assert result.trustworthy


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"p": 0.2}, "undecided"),
        ({"estimate": 0.05}, "undecided"),
        ({"doubts": ("no solution",)}, "undecided"),
    ],
)
def test_chance_size_and_doubts_count(decided, changes, outcome):
    result, _ = decided(found(**changes))
    assert result.verdict("M20").outcome == outcome
    assert result.trustworthy is ("doubts" not in changes)


def test_what_it_lacks_is_the_reason_of_both(decided):
    lacking = Obstacle(State.UNITS, "ten units are too few")
    result, checked = decided(found(), lambda entry, given: lacking)
    assert result.verdict("M20").reason == checked.reasons[0] == "ten units are too few"
    assert checked.states == (State.UNITS,)


def test_a_failure_is_told_and_not_trusted(decided):
    def fails(entry, given):
        raise DataError("every value is the same")

    result, _ = decided(fails)
    assert result.verdict("M20").outcome == "not testable here"
    assert "every value is the same" in result.verdict("M20").reason
    assert not result.trustworthy


def test_other_quantities_than_the_registry_names_are_an_error(decided):
    with pytest.raises(ModelError, match="M20: its decider gave the quantities x -> y"):
        decided(found(names=("x -> y",)))


def test_models_in_lavaan_syntax_have_no_decider():
    entries = theory.load_propositions().propositions
    assert running.find_quantities([entry for entry in entries if entry.model == "S1"], (), None) == ({}, {})
