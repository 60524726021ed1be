"""The shipped registry is whole, and every way to break one is reported with its line."""

import json
import re
from typing import get_args

import pytest

from mlbc_stats.errors import InstrumentError
from mlbc_stats.resources import resource
from mlbc_stats.theory.entries import DecisionForm
from mlbc_stats.theory.propositions import json_schema, load_propositions
from mlbc_stats.theory.structural.structures import MODELS
from mlbc_stats.theory.verdicts.decision_forms import FORMS

IDS = (
    *(
        "M1",
        "M2",
        "M3",
        "M4",
        "M5",
        "M5r",
        "M6",
        "M7",
        "M8a",
        "M8b",
        *(f"M{place}" for place in range(9, 23)),
    ),
    *(f"H{place}" for place in range(1, 9)),
    "X1",
)
TEXT = resource("instruments", "propositions.yaml").read_text(encoding="utf-8")


@pytest.fixture
def broken(tmp_path):
    """Write the shipped registry with one text replaced."""

    def write(old: str, new: str):
        assert old in TEXT
        path = tmp_path / "propositions.yaml"
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_all_propositions_are_there():
    registry = load_propositions()
    assert registry.ids == IDS and len(IDS) == 33
    signs = {entry.id: entry.direction for entry in registry.propositions}
    negative = {"M1", "M2", "M5r", "M8a", "M8b", "M11", "M14", "M15", "M16"}
    assert {name for name, sign in signs.items() if sign < 0} == negative
    assert {name for name, sign in signs.items() if sign == 0} == {"H6"}


def test_families_are_those_of_the_theory():
    registry = load_propositions()
    members = {key: [e.id for e in registry.propositions if e.family == key] for key in registry.families}
    assert members["A"] == ["M1", "M2", "M3", "M4", "M11"]
    assert members["B"] == ["M12", "H5"]
    assert members["C"] == ["M5", "M6"]
    assert members["G"] == ["H1"]


def test_every_form_is_used_and_has_a_rule():
    used = {entry.decision for entry in load_propositions().propositions}
    assert used == set(FORMS) == set(get_args(DecisionForm))


def test_models_that_are_named_are_used_and_served_ones_are_named():
    registry = load_propositions()
    beside = {one.model for entry in registry.propositions for one in entry.beside}
    assert set(registry.models) == {entry.model for entry in registry.propositions} | beside
    assert set(MODELS) <= set(registry.models)


def test_a_confirmatory_family_comes_whole_and_an_exploratory_one_does_not():
    registry = load_propositions()
    assert [entry.id for entry in registry.relatives(["M3"])] == ["M1", "M2", "M3", "M4", "M11"]
    assert [entry.id for entry in registry.relatives(["M8a", "M12"])] == ["M8a", "M12", "H5"]
    assert [entry.id for entry in registry.relatives(["M5"])] == ["M5"]
    assert [entry.id for entry in registry.relatives(["M5"], planned=["C"])] == ["M5", "M6"]


def test_an_unknown_proposition_names_the_known_ones():
    with pytest.raises(InstrumentError, match=r"'M99'.*M1, M2"):
        load_propositions().proposition("M99")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- id: M2", "- id: M1", r":\d+: M1: duplicate id 'M1'"),
        ("family: A", "family: Z", r":\d+: M1: unknown family 'Z'"),
        ("source: M23", "source: M24", r"unknown source 'M24'"),
        ("rivals: [M5r]", "rivals: [M77]", r"unknown rivals \['M77'\]"),
        ("sign: negative", "sign: downward", r"sign"),
        ("smallest_effect: 0.10", "smallest_effect: 0", r"smallest_effect"),
        ("smallest_effect: 0.10", "smallest_efect: 0.10", r"smallest_efect"),
        ("deciding: [aln_state ~ TC]", "deciding: []", r"at least one deciding quantity"),
        ("deciding: [aln_state ~ TC]", "deciding: [TC]", r"neither 'y ~ x' nor"),
        ("deciding: [aln_state ~ TC]", "deciding: [aln_state ~ TC, CAP ~ TC]", r"takes one quantity, got 2"),
        ("model: S1", "model: S1\n    model: S2", r"duplicate key 'model'"),
        ("kind: propositions", "kind: proposition", r"kind"),
        ("decision: single", "decision: guess", r"decision"),
        ("model: S1", "model: S9", r"unknown model 'S9'"),
        ("model: S3, quantity", "model: S9, quantity", r"unknown models \['S9'\]"),
    ],
)
def test_each_mistake_is_reported_with_its_place(broken, old, new, message):
    path = broken(old, new)
    with pytest.raises(InstrumentError, match=message) as caught:
        load_propositions(path)
    assert re.search(rf"{re.escape(str(path))}:\d+: ", str(caught.value))


def test_the_published_schema_is_the_model():
    published = json.loads(resource("instruments", "schema", "propositions.schema.json").read_text("utf-8"))
    assert published == json.loads(json.dumps(json_schema()))
