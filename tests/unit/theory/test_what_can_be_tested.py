"""What answers can test is known before anything is fitted, and a test then says the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import survey, theory
from mlbc_stats.survey import MissingReason
from mlbc_stats.theory import State
from mlbc_stats.theory.feasibility import CONSEQUENCE
from mlbc_stats.theory.sources import Split, split_of
from tests.examples.two_informants import POPULATION, two_informants

REGISTRY = theory.load_propositions()


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(survey.pilot_population(), n=200, seed=3)


def without(responses, *prefixes):
    """The responses as if items with these prefixes had not been asked."""
    gone = np.array([name.startswith(prefixes) for name in responses.item_ids])
    codes, reasons = responses.codes.copy(), responses.reasons.copy()
    codes[:, gone], reasons[:, gone] = np.nan, MissingReason.NOT_ASKED
    return replace(responses, codes=codes, reasons=reasons)


def states(found) -> dict[str, str]:
    return {entry.id: state.value for entry, state in zip(found.propositions, found.states, strict=True)}


def test_what_was_not_asked_leaves_the_others_alone(responses) -> None:
    found = states(theory.check(without(responses, "oml_")))
    assert found["M4"] == found["M8b"] == State.NOT_ASKED
    assert found["M1"] == State.TESTABLE


def test_the_count_of_parameters_is_that_of_the_gate(responses) -> None:
    found = theory.check(responses, ["M5r"])
    fit = theory.test(responses, ["M5r"], cutoffs=0)
    gate = next(gate for gate in fit.gates if gate.name == "units")
    assert gate.finding.startswith(f"{found.units['S2']} units for {found.parameters['S2']} parameters")


def test_forty_units_are_too_few_and_constant_items_too(responses) -> None:
    few = survey.simulate(survey.pilot_population(), n=40, seed=1)
    assert set(states(theory.check(few, ["M1", "M5r", "M8a", "M12", "M13"])).values()) == {State.UNITS}
    codes = responses.codes.copy()
    codes[:, responses.item_ids.index("tc_pace_1")] = 4.0
    found = theory.check(replace(responses, codes=codes), ["M1"])
    assert found.states == (State.VARIATION,)
    assert "the same answer to tc_pace_1" in found.reasons[0]


def test_waves_and_groups_that_are_not_there_are_asked_for_and_not_tested(responses) -> None:
    entry = REGISTRY.proposition("M5r")
    panel = replace(entry, design=replace(entry.design, waves=3))
    compared = replace(entry, id="M5s", design=replace(entry.design, groups=2))
    registry = replace(REGISTRY, propositions=(panel, compared))
    found = theory.check(responses, registry=registry)
    assert found.states == (State.WAVES, State.GROUPS)
    assert found.reasons[0] == "it takes 3 waves, and these answers are of 1"
    tested = theory.test(responses, registry=registry, cutoffs=0)
    assert [verdict.reason for verdict in tested.verdicts] == list(found.reasons)
    assert {verdict.outcome.value for verdict in tested.verdicts} == {CONSEQUENCE[State.WAVES]}


def test_informants_of_predictor_and_outcome_are_counted_by_unit() -> None:
    m12 = REGISTRY.proposition("M12")
    files = two_informants(40)
    joined = survey.join(files, informants=["management", "technical"])
    assert split_of(m12, joined).apart == 0
    apart = survey.join([without(files[0], "aln_"), files[1]], informants=["management", "technical"])
    assert split_of(m12, apart) == Split(apart=39, same=0)  # one manager stopped before the last questions


def test_items_that_no_unit_has_both_answers_to_are_named() -> None:
    whole = survey.simulate(POPULATION, n=400, seed=2)
    half = np.arange(whole.n) < whole.n / 2
    codes = whole.codes.copy()
    for group, prefix in ((half, "tc_"), (~half, "cap_")):
        columns = [place for place, name in enumerate(whole.item_ids) if name.startswith(prefix)]
        codes[np.ix_(group, columns)] = np.nan
    found = theory.check(replace(whole, codes=codes), ["M1"])
    assert found.states == (State.UNITS,)
    assert "no unit has answers to both tc_timing_1 and cap_" in found.reasons[0]
