"""The models say what the propositions need, and declare what stands in for what."""

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError, ModelError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.theory.models import MODELS, build_model, first_order, measurement_only
from mlbc_stats.theory.propositions import load_propositions


@pytest.fixture(scope="module")
def instrument():
    return survey.load_instrument("mlbc_alignment")


@pytest.fixture(scope="module")
def propositions():
    return load_propositions().propositions


def rows(text):
    return {(entry.lhs, entry.op, entry.rhs) for entry in parse(text)}


def test_every_proposition_finds_its_fragment_and_its_quantities(instrument, propositions):
    for entry in (entry for entry in propositions if entry.model in MODELS):
        model = rows(build_model(entry.model, instrument, propositions).text)
        assert rows(entry.fragment) <= model, entry.id
        for quantity in entry.deciding:
            left, op, right = quantity.partition(":=" if ":=" in quantity else "~")
            found = [row for row in model if row[0] == left.strip() and row[1] == op]
            assert any(op == ":=" or row[2] == right.strip() for row in found), quantity


@pytest.mark.parametrize("name", MODELS)
def test_two_facets_are_held_equal_and_it_is_said(instrument, name):
    model = build_model(name, instrument)
    equal = [line for line in model.text.splitlines() if line.startswith("TC =~")]
    assert equal == ["TC =~ TC_equal*tc_timing + TC_equal*tc_pace"]
    assert any("TC" in note and "equal loadings" in note for note in model.notes)
    assert any("composites" in note for note in model.notes)


def test_defined_quantities_come_only_with_their_propositions(instrument, propositions):
    assert ":=" not in build_model("S1", instrument).text
    assert build_model("S1", instrument, propositions).text.count(":=") == 2
    assert ":=" not in build_model("S2", instrument, propositions).text


def test_the_measurement_model_holds_first_order_factors_only(instrument):
    text = measurement_only(instrument, MODELS["S1"].factors)
    factors = {row[0] for row in rows(text)}
    assert factors == set(first_order(instrument, MODELS["S1"].factors))
    assert not factors & {"TC", "CS", "FTC", "OML", "CAP"}


def test_an_unknown_model_and_an_unmeasured_construct_are_named(instrument):
    with pytest.raises(ModelError, match=r"'S9'; served: S1, S2"):
        build_model("S9", instrument)
    with pytest.raises(InstrumentError, match="H1"):
        first_order(instrument, ["H1"])
