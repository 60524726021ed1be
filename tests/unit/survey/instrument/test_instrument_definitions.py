"""The theory as data: every construct has its elements, items, neighbours and relations, and nothing is idle."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from mlbc_stats.survey import list_instruments, load_constructs, load_instrument
from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.item import Item

CONSTRUCTS = {construct.id: construct for construct in load_constructs()}
PARENTS = {construct.parent for construct in CONSTRUCTS.values()} - {None}
COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
CELLS = [f"{component}{phase}" for component in COMPONENTS for phase in (1, 2, 3)]
PROPOSITION = re.compile(r"M(?:[1-9]|1\d|2[0-2]|5r|8[ab])|H[1-8]|X1")  # those that the theory numbers


def shipped_items() -> dict[str, Item]:
    """Every item of every shipped file, once."""
    return {item.id: item for name in list_instruments() for item in load_instrument(name).items}


ITEMS = shipped_items()
MEASURING = {name: item for name, item in ITEMS.items() if item.construct}


def with_kin(construct: Construct) -> set[str]:
    return {construct.id, construct.parent or construct.id}


@pytest.mark.parametrize("name", sorted(set(CONSTRUCTS) - PARENTS))
def test_every_facet_is_measured_and_every_element_covered(name: str) -> None:
    construct = CONSTRUCTS[name]
    items = [item for item in MEASURING.values() if item.construct == name]
    assert items, "no item measures it"
    assert construct.elements
    assert {element.id for element in construct.elements} == {e for item in items for e in item.elements}
    assert construct.neighbours
    assert construct.informants or name == "marker"


def test_no_item_without_an_element_and_no_element_above_a_facet() -> None:
    assert [name for name, item in MEASURING.items() if not item.elements] == []
    assert [name for name in PARENTS if CONSTRUCTS[str(name)].elements] == []


def test_every_construct_has_its_place_in_the_net() -> None:
    related = {
        end
        for construct in CONSTRUCTS.values()
        for relation in construct.relations
        for end in (construct.id, relation.id)
    }
    assert [c.id for c in CONSTRUCTS.values() if not with_kin(c) & related] == []


def test_relations_name_propositions_that_there_are() -> None:
    named = [r.proposition for c in CONSTRUCTS.values() for r in c.relations if r.proposition]
    assert [name for name in named if not PROPOSITION.fullmatch(name)] == []
    signs = {(c.id, r.id): r.relation for c in CONSTRUCTS.values() for r in c.relations}
    assert signs["TC", "ALN"] == signs["CS", "ALN"] == "lowers"
    assert signs["FTC", "ALN"] == signs["OML", "ALN"] == signs["ALN", "CAP"] == "raises"
    assert signs["marker", "ALN"] == "unrelated"


@pytest.mark.parametrize("cell", CELLS)
def test_cells_have_three_items_worded_as_done(cell: str) -> None:
    items = load_instrument("ai_scaling_inventory").items_of(cell)
    assert len(items) >= 3
    assert all(re.search(r"\b(?:has|have) been\b", item.text["en"]) for item in items)


@pytest.mark.parametrize("component", COMPONENTS)
def test_stages_are_choices_from_none_to_three(component: str) -> None:
    instrument = load_instrument("ai_scaling_staged")
    (item,) = instrument.items_of(f"stage_{component}")
    assert instrument.scale(item.scale).values == (0, 1, 2, 3)


def test_facets_have_three_to_five_items() -> None:
    count = Counter(item.construct for item in MEASURING.values() if not item.construct.startswith("stage_"))
    assert {name for name, number in count.items() if not 3 <= number <= 5} == set()


def test_pace_and_pairs_are_commensurate() -> None:
    """Differences are computed, so the words are the same but for the side they name."""
    pace = [
        ("pace_org", "in the team around this solution"),
        ("pace_tech", "in the technology of this solution"),
        ("pace_user", "among the users of this solution"),
    ]
    for number in range(1, 5):
        texts = {ITEMS[f"{name}_{number}"].text["en"].replace(side, "...") for name, side in pace}
        assert len(texts) == 1
        assert {ITEMS[f"{name}_{number}"].scale for name, _ in pace} == {"speed7"}
    sides = r"(?:the )?(?:team|technology|users)(?: (?:of|around) this solution)?| do(?:es)?\b"
    for number in range(1, 5):
        texts = {
            re.sub(sides, "", ITEMS[f"pair_{pair}_{number}"].text["en"], flags=re.IGNORECASE)
            for pair in ("org_tech", "tech_user", "org_user")
        }
        assert len(texts) == 1


def test_a_time_of_its_own_has_words_for_panels() -> None:
    dated = [item for item in ITEMS.values() if "last six months" in item.text["en"]]
    assert len(dated) == 12
    assert all(item.panel is not None for item in dated)
    item = ITEMS["chg_task_1"]
    later = "In the last year, the task that this solution supports has changed."
    assert item.wording("en", "technical", "the last year") == later
    assert item.wording("en") == item.text["en"]


def test_informants_read_their_own_words() -> None:
    item = ITEMS["ftc_expect_1"]
    assert item.wording("en", "internal_user").startswith("We users are told")
    assert item.wording("en", "management") == item.wording("en") == item.text["en"]
    alignment = load_instrument("mlbc_alignment")
    assert alignment.informants_of("tc_pace_1") == ("technical",)
    assert alignment.informants_of("oml_data_1") == ("management", "technical", "internal_user")
    assert alignment.informants_of("country") == alignment.informants


@pytest.mark.parametrize("name", list_instruments())
def test_files_carry_what_a_reviewer_asks_for(name: str) -> None:
    instrument = load_instrument(name)
    assert instrument.license == "CC-BY-4.0"
    assert instrument.population
    assert instrument.changelog[-1].version == instrument.version
    scored = {rule.construct for rule in instrument.scoring}
    measured = {item.construct for item in instrument.items if item.construct}
    assert measured - scored <= {"ai_reach"}, "three counts are used one by one"
