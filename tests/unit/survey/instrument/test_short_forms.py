"""Short forms: those shipped follow the stated rule, and cutting down keeps what the form needs."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey import list_instruments, load_instrument, short_form
from mlbc_stats.survey.instrument.short_forms import widest_items
from tests.examples.demo_files import broken_copy

SINGLE = {
    "ai_scaling_staged",
    "ai_scaling_context",
}  # one choice a component; three items or counts a construct
FORM = (
    "evidence: []\nshort_forms:\n  - {id: short, rule: By hand., items: [day_1, day_2, night_2, night_3]}\n"
)


@pytest.mark.parametrize("name", sorted(set(list_instruments()) - SINGLE))
def test_shipped_short_forms_follow_the_rule(name: str) -> None:
    instrument = load_instrument(name)
    form = next(form for form in instrument.short_forms if form.id == "short")
    for construct in {item.construct: None for item in instrument.items if item.construct}:
        items = instrument.items_of(construct)
        kept = tuple(item.id for item in items if item.id in form.items)
        assert kept == widest_items(items), construct
        assert len(kept) in (2, 3)


def test_the_rule_covers_most_elements_and_keeps_a_reversed_item() -> None:
    items = load_instrument("mlbc_alignment").items_of("ftc_sync")
    kept = [item for item in items if item.id in widest_items(items)]
    assert {item.reversed for item in kept} == {True, False}
    covered = len({element for item in kept for element in item.elements})
    others = [pick for pick in combinations(items, 3) if {item.reversed for item in pick} == {True, False}]
    assert covered == max(len({e for item in pick for e in item.elements}) for pick in others) == 3


def test_a_short_form_is_an_instrument() -> None:
    full = load_instrument("mlbc_alignment")
    short = short_form(full)
    assert len(short.items) < len(full.items)
    assert [c.id for c in short.checks] == [c.id for c in full.checks]
    assert {item.id for item in full.items if not item.construct} <= {item.id for item in short.items}
    assert short.constructs == full.constructs
    left = {item.id for item in short.items}
    assert all(set(rule.items) <= left for rule in short.scoring)
    assert {check.after for check in short.checks} <= left
    answers = survey.simulate(survey.Population(short), n=20, seed=1)
    assert survey.score(answers)["TC"].between(1, 7).all()


def test_context_without_what_concerns_one_solution() -> None:
    form = short_form(load_instrument("context"), "organization")
    assert not {"att_change_1", "users_type", "solution_tenure"} & {item.id for item in form.items}
    assert form.constructs == ()
    assert form.item("industry")


def test_a_module_without_the_form_stays_whole_and_checks_move(tmp_path: Path) -> None:
    path = broken_copy(tmp_path, "evidence: []\n", FORM.replace("day_2", "day_3"))
    short = short_form(load_instrument(path))
    assert [item.id for item in short.items[-3:]] == ["org_size", "remark", "tenure"]
    assert short.check("check_1").after == "day_1"
    assert short.scoring[0].items == ("day_1", "day_3")


def test_a_routing_question_cannot_be_left_out(tmp_path: Path) -> None:
    path = broken_copy(tmp_path, "evidence: []\n", FORM.replace("night_3]", "night_3], without: [phase]"))
    with pytest.raises(
        InstrumentError, match="leaves out the question that routes night_2, night_3; keep it"
    ):
        short_form(load_instrument(path))


def test_an_unknown_form_lists_what_there_is() -> None:
    with pytest.raises(InstrumentError, match="instrument marker: no short form 'tiny'; it has: short"):
        short_form(load_instrument("marker"), "tiny")
