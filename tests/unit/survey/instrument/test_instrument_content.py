"""The wording of the shipped instruments: short, one idea each, balanced and free of jargon."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from mlbc_stats.survey import (
    check_instrument,
    check_wording,
    list_instruments,
    load_constructs,
    load_instrument,
)
from mlbc_stats.survey.checking.item_rules import JARGON
from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.reading_level import reading_grade

FACETS = {
    "TC": ["tc_timing", "tc_pace"],
    "CS": ["cs_task", "cs_org", "cs_env"],
    "CHG": ["chg_task", "chg_org", "chg_env"],
    "FTC": ["ftc_sync", "ftc_roles", "ftc_expect"],
    "OML": ["oml_learn", "oml_data"],
    "ALN": ["aln_state", "aln_init", "aln_effect", "aln_sustain"],
    "CAP": ["cap_reliable", "cap_repeatable", "cap_value"],
}
PHASE_SPECIFIC = {"aln_init", "aln_effect", "aln_sustain"}
# Flesch-Kincaid grade: 9 is what a fifteen-year-old reads with ease. Single items vary more than their mean, and the
# check itself looks at them.
MAX_MEAN_GRADE = 9.0


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument("mlbc_alignment")


@pytest.fixture(scope="module")
def measuring(instrument: Instrument) -> list[Item]:
    return [item for item in instrument.items if item.construct]


@pytest.mark.parametrize("name", list_instruments())
def test_nothing_is_found(name: str) -> None:
    assert check_instrument(name) == ()
    assert check_wording(name) == ()


def test_facets_and_numbers_of_items(instrument: Instrument, measuring: list[Item]) -> None:
    count = Counter(item.construct for item in measuring)
    for parent, facets in FACETS.items():
        assert [facet.id for facet in instrument.facets(parent)] == facets
        for facet in facets:
            assert count[facet] >= (3 if facet in PHASE_SPECIFIC else 4), facet
    assert set(count) == {facet for facets in FACETS.values() for facet in facets} | {"att_change", "marker"}


def test_every_scale_has_reversed_items_and_not_only_those(measuring: list[Item]) -> None:
    signs: dict[str, set[bool]] = defaultdict(set)
    for item in measuring:
        signs[item.construct].add(item.reversed)
    assert all(found == {True, False} for found in signs.values()), signs


def test_items_are_sentences_free_of_jargon_and_of_the_respondent(measuring: list[Item]) -> None:
    for item in measuring:
        text = item.text["en"].lower()
        assert text.endswith("."), text
        assert not any(term in text for term in JARGON), text
        if item.construct != "marker":
            assert not re.search(r"\b(we|our|us|i|my)\b", text), text


def test_texts_ids_and_reasons_are_all_there(instrument: Instrument) -> None:
    texts = [item.text["en"] for item in instrument.items]
    assert len(set(texts)) == len(texts)
    for item in instrument.items:
        assert item.locator == "own" or re.match(r"(M23|H23) (§|Appendix)", item.locator), item.id
        assert item.rationale.endswith("."), item.id
        assert item.origin == "own"
        if item.construct:
            assert re.fullmatch(rf"{item.construct}_\d", item.id)


@pytest.mark.parametrize("name", list_instruments())
def test_reading_level(name: str) -> None:
    grades = [reading_grade(item.text["en"]) for item in load_instrument(name).items if item.construct]
    assert sum(grades) / len(grades) < MAX_MEAN_GRADE


def test_the_write_up_rules_of_the_constructs(instrument: Instrument) -> None:
    """What one construct asks must not be asked by another, or a hypothesis becomes a tautology."""
    words = {
        facet: " ".join(item.text["en"].lower() for item in instrument.items_of(facet))
        for facets in FACETS.values()
        for facet in facets
    }
    for facet in FACETS["ALN"]:
        assert not re.search(r"\b(learn|data|result|perform|success|value)", words[facet]), facet
    for facet in FACETS["CAP"]:
        assert not re.search(r"\b(align|side|learn|together|data)", words[facet]), facet
    for facet in FACETS["FTC"] + FACETS["OML"]:
        assert not re.search(r"\b(success|better|faster|improves)", words[facet]), facet
    for facet in FACETS["CS"]:
        assert not re.search(r"\b(last six months|has changed|have changed)", words[facet]), facet
    for facet in FACETS["CHG"]:
        assert words[facet].count("in the last six months") == len(instrument.items_of(facet))


def test_phase_comes_first_and_routes(instrument: Instrument) -> None:
    assert instrument.items[0].id == "phase"
    phase = instrument.scale("phase")
    assert [code.name for code in phase.codes][:3] == ["development", "release", "operation"]
    reached = {"aln_effect": {"release", "operation"}, "aln_sustain": {"operation"}}
    for facet, names in reached.items():
        codes = {phase.code(name) for name in names} | {phase.code(f"abandoned_{name}") for name in names}
        for item in instrument.items_of(facet):
            assert item.route is not None
            assert item.route.question == "phase"
            assert set(item.route.codes) == codes
    assert all(item.route is None for item in instrument.items_of("aln_init"))


def test_external_users_are_not_asked_about_learning(instrument: Instrument) -> None:
    external = instrument.scale("informant").code("external_user")
    for item in instrument.items_of("OML"):
        assert item.route is not None
        assert item.route.question == "informant"
        assert external not in item.route.codes
    informants = {code.name for code in instrument.scale("informant").codes}
    assert informants == set(instrument.informants)


def test_attention_checks_name_the_answer_they_expect(instrument: Instrument) -> None:
    assert len(instrument.checks) == 2
    for check in instrument.checks:
        labels = {code.value: code.label["en"] for code in instrument.scale(check.scale).codes}
        assert f"choose {labels[check.expected]} " in check.text["en"]


def test_scales(instrument: Instrument) -> None:
    kinds = {
        facet: {item.scale for item in instrument.items_of(facet)}
        for facets in FACETS.values()
        for facet in facets
    }
    assert all(len(scales) == 1 for scales in kinds.values())
    for facet, (scale,) in kinds.items():
        reasons = {missing.reason for missing in instrument.scale(scale).missing}
        assert reasons >= {"not_applicable", "dont_know", "not_answered", "not_reached"}, facet
        assert (instrument.scale(scale).lower, instrument.scale(scale).upper) == (1, 7)


def test_every_measured_construct_is_scored(instrument: Instrument, measuring: list[Item]) -> None:
    scored = {rule.construct for rule in instrument.scoring}
    assert scored >= {item.construct for item in measuring} | {"TC", "CS", "CHG", "FTC", "OML", "CAP"}
    assert instrument.evidence == ()
    assert instrument.consent is not None


def test_constructs_are_defined_once_with_neighbours() -> None:
    constructs = {construct.id: construct for construct in load_constructs()}
    for name in ("TC", "CS", "CHG", "FTC", "OML", "ALN", "BAL", "CAP", "CYC", "PAIR"):
        assert constructs[name].neighbours, name
        assert constructs[name].level == "solution"
    for component in ("dp", "ti", "am", "gv", "ac", "os"):
        cells = [construct.id for construct in constructs.values() if construct.parent == component]
        assert cells == [f"{component}{phase}" for phase in (1, 2, 3)]
    definitions = [construct.definition for construct in constructs.values()]
    assert len(set(definitions)) == len(definitions)
    for name in ("TC", "CS", "FTC", "OML", "PAIR"):
        assert constructs[name].measurement == "composite"
