"""The models say what the propositions need, and declare what stands in for what."""

from dataclasses import replace

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError, ModelError
from mlbc_stats.sem.language.parser import parse
from mlbc_stats.survey.responses.merging import merged_instrument
from mlbc_stats.theory.model_files import ASKED, model_texts
from mlbc_stats.theory.models import build_model, first_order, measurement_only, observed
from mlbc_stats.theory.propositions import load_propositions
from mlbc_stats.theory.structural.structures import MODELS


@pytest.fixture(scope="module")
def instrument():
    """Everything that the models are about."""
    return merged_instrument([survey.load_instrument(name) for name in ASKED])


@pytest.fixture(scope="module")
def propositions():
    return load_propositions().propositions


def rows(text):
    return {(entry.lhs, entry.op, entry.rhs) for entry in parse(text)}


def test_every_proposition_finds_its_fragment_and_its_quantities(instrument, propositions):
    for entry in (entry for entry in propositions if entry.model in MODELS):
        model = rows(build_model(entry.model, instrument, propositions).text)
        assert {row[:3] for row in rows(entry.fragment)} <= model, entry.id
        for quantity in entry.deciding:
            left, op, right = quantity.partition(":=" if ":=" in quantity else "~")
            found = [row for row in model if row[0] == left.strip() and row[1] == op]
            assert any(op == ":=" or row[2] == right.strip() for row in found), quantity


@pytest.mark.parametrize("name", ["S1", "S2"])
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


def test_titles_are_those_of_the_registry():
    assert {f"{model.title}." for model in MODELS.values()} <= set(load_propositions().models.values())


def test_products_bear_labels_and_contrasts_use_them(instrument, propositions):
    model = build_model("S3", instrument, propositions)
    assert "aln_state_on_FTC_x_TC*FTC:TC" in model.text
    assert model.text.count(":=") == 2
    assert model.arguments == {"interactions": "qml"}
    assert ":" not in model.linear
    assert {"tc_timing", "aln_state_1"} <= set(observed(model.text))


def test_groups_have_paths_and_loadings_of_their_own(instrument, propositions):
    model = build_model("S4", instrument, propositions)
    assert "c(aln_state_on_TC__init, aln_state_on_TC__effect, aln_state_on_TC__sustain)*TC" in model.text
    assert "TC =~ TC_equal*tc_timing + TC_equal*tc_pace" in model.text
    assert "c(TC_equal__init, TC_equal__effect, TC_equal__sustain)*tc_timing" in model.apart
    assert dict(model.arguments) == {"group": "phase_group", "group_equal": "loadings"}


def test_levels_hold_organizations_apart_from_solutions(instrument, propositions):
    text = build_model("levels", instrument, propositions).text
    within, between = text.split("level: 2")
    assert "org_technical" not in within and "CAP ~ aln_state" in within
    assert "aln_state_on_org_technical*org_technical" in between


def test_what_was_not_asked_leaves_its_products_too(propositions):
    lacking = replace(
        survey.load_instrument("mlbc_alignment"),
        constructs=tuple(
            one
            for one in survey.load_instrument("mlbc_alignment").constructs
            if not one.id.startswith(("CHG", "chg_"))
        ),
        items=tuple(
            one
            for one in survey.load_instrument("mlbc_alignment").items
            if not str(one.construct).startswith("chg_")
        ),
    )
    model = build_model("S3", lacking, propositions)
    assert "CHG" not in model.text and "FTC:TC" in model.text
    assert any("CHG was not asked" in note for note in model.notes)


def test_texts_stand_by_themselves(tmp_path):
    texts = model_texts()
    assert set(texts) == set(MODELS)
    for name, text in texts.items():
        assert text.startswith(f"# {name}: ")
        assert parse(text), name
