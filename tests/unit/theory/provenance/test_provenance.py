"""Every item leads to the theory and back; every part of the definitions is asked about."""

from __future__ import annotations

import re

import pytest

from mlbc_stats import theory
from mlbc_stats.errors import InstrumentError
from mlbc_stats.resources import resource
from mlbc_stats.theory.provenance.collection import collect
from mlbc_stats.theory.provenance.elements import TABLE_3

# What M23's Table 3 defines, part by part, read from the paper apart from the package.
BLOCKS = {
    "ML-based capability": 3,
    "Organization cycle": 2,
    "Technology cycle": 2,
    "User cycle": 2,
    "Initiating alignment": 2,
    "Effectuating alignment": 1,
    "Sustaining alignment": 1,
    "Temporal complexity": 2,
    "Context sensitivity": 3,
    "Fostering temporal congruence": 3,
    "Organizational meta-learning": 2,
}
# Statements in each cell of H23's Table 2 (semicolons separate them in the paper): at least as many elements.
CELLS = {
    "dp": (3, 3, 2),
    "ti": (2, 4, 2),
    "am": (3, 3, 1),
    "gv": (2, 1, 1),
    "ac": (2, 2, 1),
    "os": (2, 2, 2),
}


@pytest.fixture(scope="module")
def known():
    return collect()


@pytest.fixture(scope="module")
def found():
    return theory.element_coverage()


def test_the_shipped_instruments_cover_everything(found):
    assert found.problems == ()
    assert found.complete
    table = found.table()
    assert len(table) == len(BLOCKS) + 18
    assert (table["covered"] == table["elements"]).all() and (table["items"] >= 1).all()


def test_the_parts_are_those_of_the_papers(found):
    parts = {part.name: part for part in found.parts}
    assert {name: len(TABLE_3[name]) for name in TABLE_3} == BLOCKS
    for component, counts in CELLS.items():
        cells = [part for part in found.parts if part.name.startswith(f"{component},")]
        for part, least, phase in zip(cells, counts, (1, 2, 3), strict=True):
            assert part.constructs == (f"{component}{phase}",)
            assert part.elements >= least and part.items >= 3
    assert set(BLOCKS) <= parts.keys()


def test_every_item_leads_to_a_construct_and_back(known):
    for item in [item for item in known.items if item.construct]:
        there = theory.trace(item.id)
        assert item.construct in there.ids("construct")
        assert set(item.elements) == set(there.ids("element"))
        assert there.start.locator == item.locator


def test_constructs_propositions_and_models_lead_back_to_their_items(known):
    for name in known.registry.ids:
        found = theory.trace(name)
        proposition = known.registry.proposition(name)
        assert found.ids("proposition") == (name,) and found.ids("model") == (proposition.model,)
        for construct in known.named_in(proposition):
            assert construct in found.ids("construct")
            family = known.family(construct)
            assert {item.id for item in known.items if item.construct in family} <= set(found.ids("item"))
        for item in found.ids("item"):
            assert name in theory.trace(item).ids("proposition")
    assert set(theory.trace("S2").ids("proposition")) == {"M5r", "M8a", "M8b"}


def test_every_proposition_that_a_relation_names_can_be_traced(known):
    for name in known.propositions:
        found = theory.trace(name)
        assert found.start.text
        assert bool(found.ids("model")) == (name in known.registry.ids)


def test_an_element_leads_to_its_items_only():
    found = theory.trace("tc_pace_tech")
    assert set(found.ids("item")) == {i.id for i in collect().items if "tc_pace_tech" in i.elements}
    assert found.ids("element") == ("tc_pace_tech",)
    assert list(found.table().columns) == ["kind", "id", "text", "locator", "note"]


def test_a_context_question_has_no_construct():
    found = theory.trace("phase")
    assert (found.ids("item"), found.ids("construct"), found.ids("proposition")) == (("phase",), (), ())


def test_an_unknown_name_is_refused():
    with pytest.raises(InstrumentError, match=r"nothing is called 'M99'.*propositions are M1"):
        theory.trace("M99")


def test_one_instrument_alone_covers_its_part():
    found = theory.element_coverage(["mlbc_alignment"])
    assert not found.complete
    assert "H23 Table 2, dp, productionizing: dp2 has no items" in found.problems
    assert not any(problem.startswith("item ") for problem in found.problems)
    missing = {part.name for part in found.parts if part.problem and part.source == "M23 Table 3"}
    assert missing == {"Organization cycle", "Technology cycle", "User cycle", "Initiating alignment"}


def test_an_item_without_an_element_and_an_element_without_an_item_are_found(tmp_path):
    source = (resource("instruments") / "marker.yaml").read_text(encoding="utf-8")
    path = tmp_path / "marker.yaml"
    first = re.search(r"\n    elements: \[(\w+)\]", source)
    path.write_text(source.replace(first[0], "", 1))
    found = theory.element_coverage([path])
    assert found.stray == ("marker_1",)
    assert "item marker_1: covers no element of its construct's definition" in found.problems
