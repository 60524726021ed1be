"""Questionnaires: every question once, routes before what they route, checks spread, same seed same order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.questionnaire.attention_checks import spread
from mlbc_stats.survey.questionnaire.ordering import consistent_order
from tests.examples.demo_files import broken_copy

PAIR = ("mlbc_alignment", "mlbc_cycles")
ALL = (*PAIR, "ai_scaling_inventory", "ai_scaling_staged", "ai_scaling_outcomes", "ai_scaling_context")
INFORMANTS = ("management", "technical", "internal_user", "external_user")


def assert_sound(made: survey.Questionnaire) -> None:
    """What holds for every questionnaire."""
    questions = [question.id for question in made.questions]
    assert len(questions) == len(set(questions))
    assert [name for block in made.blocks for name in block.questions] == questions
    assert len({block.id for block in made.blocks}) == len(made.blocks)
    place = {name: number for number, name in enumerate(questions)}
    for item in made.instrument.items:
        made.instrument.scale(item.scale)
        assert item.route is None or place[item.route.question] < place[item.id]
        assert not item.wordings and item.panel is None
    assert "phase" not in place or place["phase"] == 0
    for rule in made.instrument.scoring:
        assert set(rule.items) <= place.keys()
    assert made.minutes > 0


def distances(made: survey.Questionnaire) -> list[int]:
    """Questions between one check and the next, the measuring part only."""
    rated = [name for block in made.blocks if block.rated for name in block.questions]
    checks = {check.id for check in made.instrument.checks}
    stops = [-1, *(place for place, name in enumerate(rated) if name in checks), len(rated)]
    return [right - left - 1 for left, right in pairwise(stops)]


@pytest.mark.parametrize("informant", INFORMANTS)
@pytest.mark.parametrize("short", [False, True])
def test_every_group_gets_a_sound_questionnaire(informant, short):
    made = survey.compose(PAIR, informant=informant, short=short, seed=3)
    assert_sound(made)
    full = {item.id: item for name in PAIR for item in survey.load_instrument(name).items}
    constructs = {c.id: c for c in survey.load_constructs()}
    for item in made.instrument.items:
        allowed = constructs[item.construct].informants if item.construct else ()
        assert not allowed or informant in allowed
        assert item.text["en"] == full[item.id].wording("en", informant)


def test_fixed_order_is_that_of_the_files_and_nothing_is_lost():
    made = survey.compose(PAIR)
    first = survey.load_instrument(PAIR[0])
    second = survey.load_instrument(PAIR[1])
    own = [item.id for item in first.items if item.module == first.id]
    rest = [item.id for item in first.items if item.module != first.id]
    assert [item.id for item in made.instrument.items] == own + [item.id for item in second.items] + rest
    assert {check.id for check in made.instrument.checks} == {check.id for check in first.checks}
    assert_sound(made)
    assert [name for name, _ in made.sources] == [*PAIR, "mlbc_capability", "context", "marker"]


@given(seed=st.integers(0, 10_000), order=st.sampled_from(["items", "blocks", "both"]))
@settings(max_examples=15, deadline=None)
@pytest.mark.slow
def test_shuffled_orders_are_sound_and_repeat(seed, order):
    made = survey.compose(PAIR, order=order, seed=seed)
    assert_sound(made)
    again = survey.compose(PAIR, order=order, seed=seed)
    assert made.blocks == again.blocks
    fixed = survey.compose(PAIR)
    assert {item.id for item in made.instrument.items} == {item.id for item in fixed.instrument.items}
    assert made.blocks[0].id == "opening"
    assert [block.module for block in made.blocks] == [block.module for block in fixed.blocks]
    if order == "items":
        assert [block.id for block in made.blocks] == [block.id for block in fixed.blocks]


def test_other_seeds_give_other_orders():
    orders = {tuple(q.id for q in survey.compose(["mlbc_cycles"], seed=seed).questions) for seed in range(5)}
    assert len(orders) == 5


@pytest.mark.parametrize("instruments", [PAIR, ("mlbc_alignment",), ALL])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_checks_are_spread(instruments, seed):
    made = survey.compose(instruments, seed=seed)
    found = distances(made)
    assert len(found) == len(made.instrument.checks) + 1
    assert min(found) >= sum(found) / len(found) / 3
    by_id = {question.id: question for question in made.questions}
    for block in made.blocks:
        for left, name, right in zip(block.questions, block.questions[1:], block.questions[2:], strict=False):
            if isinstance(by_id[name], Check):
                assert by_id[left].scale == by_id[name].scale == by_id[right].scale


def test_all_instruments_together_are_sound():
    made = survey.compose(ALL, seed=9)
    assert_sound(made)
    assert len([item for item in made.instrument.items if item.construct]) > 200


def test_panels_have_one_period_everywhere():
    made = survey.compose(PAIR, period="the last three months")
    assert made.instrument.item("chg_task_1").text["en"].startswith("In the last three months")
    texts = [item.text["en"] for item in made.instrument.items]
    texts += [text["en"] for block in made.blocks for text in block.words]
    assert not any("{period}" in text or "six months" in text for text in texts)
    assert any("the last three months" in text["en"] for block in made.blocks for text in block.words)
    own = survey.compose(PAIR, period=True)
    assert own.period == survey.load_instrument(PAIR[0]).panel.period


def test_answers_to_a_questionnaire_can_be_read_and_scored(tmp_path):
    made = survey.compose(["mlbc_alignment"], informant="management", short=True, seed=4)
    questions = [question.id for question in made.questions]
    rated = {item.id for item in made.instrument.items if item.construct} | {
        c.id for c in made.instrument.checks
    }
    row = ["c1", "u1", *("4" if name in rated else "" for name in questions)]
    path = tmp_path / "answers.csv"
    path.write_text(",".join(["case_id", "unit_id", *questions]) + "\n" + ",".join(row) + "\n")
    responses = survey.read(path, made.instrument)
    assert survey.score(responses)["cs_task"].tolist() == [4.0]


def test_what_two_instruments_share_is_asked_once(tmp_path):
    demo = broken_copy(tmp_path)
    copy = tmp_path / "second.yaml"
    copy.write_text(demo.read_text().replace("id: demo\n", "id: second\n", 1))
    made = survey.compose([demo, copy])
    assert_sound(made)
    assert len(made.instrument.items) == len(survey.load_instrument(demo).items)
    assert any("in more than one instrument and asked once: " in remark for remark in made.remarks)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("The days are calm.", "The days are quiet.", "item 'day_1' of second differs .* (in text)"),
        ("label: {en: Agree}", "label: {en: Yes}", "scale 'agreement7' of second differs .* (in codes)"),
    ],
)
def test_one_id_for_two_things_is_refused(tmp_path, old, new, message):
    demo = broken_copy(tmp_path)
    copy = tmp_path / "second.yaml"
    text = demo.read_text().replace("id: demo\n", "id: second\n", 1).replace(old, new, 1)
    copy.write_text(text.replace("modules: [demo_module]\n", ""))
    with pytest.raises(InstrumentError, match=message.replace("(", r"\(").replace(")", r"\)")):
        survey.compose([demo, copy])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"instruments": []}, "at least one instrument"),
        ({"informant": "boss"}, "unknown informant 'boss'; expected one of: management"),
        ({"order": "random", "seed": 1}, "unknown order 'random'"),
        ({"order": "both"}, "order 'both' needs a seed"),
        ({"short": "tiny"}, "has a short form 'tiny'"),
        ({"instruments": ["marker"], "period": True}, "none of marker has words for panels"),
        ({"instruments": ["ai_scaling_inventory"], "informant": "technical"}, "can be asked of technical"),
        ({"languages": ["xx"]}, "no translation into 'xx'"),
        ({"instruments": ["nothing"]}, "no instrument 'nothing'"),
    ],
)
def test_what_cannot_be_composed_is_refused(arguments, message):
    with pytest.raises(InstrumentError, match=message):
        survey.compose(**{"instruments": list(PAIR), **arguments})


def test_title_and_introduction_are_those_of_what_is_asked_first():
    made = survey.compose(["marker", "mlbc_alignment"])
    assert made.instrument.title == survey.load_instrument("mlbc_alignment").title
    assert made.blocks[-1].id == "marker" and made.blocks[-1].words


def test_a_consent_text_is_held_against_the_time():
    assert "consent text is that of mlbc_alignment" in survey.compose(PAIR).remarks[-1]
    assert "add one before fielding" in survey.compose(["marker"]).remarks[-1]


def item(name: str, scale: str) -> Item:
    return Item(
        id=name, construct="c", text={"en": name}, scale=scale, locator="own", rationale="Test.", module="m"
    )


def check(name: str, scale: str) -> Check:
    return Check(id=name, text={"en": name}, scale=scale, expected=1)


def test_checks_go_to_even_places_of_their_scale():
    items = [item(f"i{number}", "a" if number < 10 else "b") for number in range(20)]
    assert spread([check("x", "b"), check("y", "a")], items) == {"y": "i6", "x": "i12"}
    assert spread([check("x", "c")], items) == {"x": "i9"}
    assert spread([], items) == {}
    many = [check(f"x{number}", "a") for number in range(8)]
    assert len(set(spread(many, items).values())) == 8


@given(st.permutations(range(6)), st.integers(0, 100))
@settings(max_examples=30, deadline=None)
def test_orders_respect_what_must_come_first(things, seed):
    import numpy as np

    before = {thing: {thing - 1} for thing in range(1, 6, 2)}
    found = consistent_order(list(things), before, np.random.default_rng(seed))
    assert sorted(found) == list(range(6))
    assert all(found.index(thing - 1) < found.index(thing) for thing in before)


def test_a_check_on_a_scale_of_its_own_is_left_out():
    made = survey.compose(["mlbc_alignment"], informant="external_user")
    assert [check.id for check in made.instrument.checks] == ["attention_1"]
    assert "attention_2 is left out: nothing else is answered on its scale, frequency7" in made.remarks
    assert "frequency7" not in {scale.id for scale in made.instrument.scales}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_phases_are_not_mixed_by_shuffling(seed):
    made = survey.compose(["mlbc_alignment"], informant="management", seed=seed)
    (block,) = [block for block in made.blocks if block.id == "ALN"]
    facets = [name.rsplit("_", 1)[0] for name in block.questions if name.startswith("aln_")]
    assert facets == sorted(facets, key=["aln_state", "aln_init", "aln_effect", "aln_sustain"].index)


def test_the_consent_text_says_who_keeps_the_data_and_how_long():
    made = survey.compose(
        ["mlbc_alignment"],
        languages=["de"],
        controller={"en": "Lab X", "de": "Labor X"},
        retention={"en": "10 years", "de": "10 Jahre"},
    )
    english, german = made.instrument.consent["en"], made.instrument.consent["de"]
    assert english.endswith(
        "\n\nResponsible for the data (data controller): Lab X\n\nHow long the data are kept: 10 years"
    )
    assert german.endswith(
        "\n\nVerantwortlich für die Daten: Labor X\n\nDauer der Speicherung der Daten: 10 Jahre"
    )
    assert made.controller["de"] == "Labor X" and not any("who keeps" in remark for remark in made.remarks)


def test_who_keeps_the_data_is_asked_for():
    assert "give controller and retention" in " ".join(survey.compose(PAIR).remarks)
    assert "give retention" in " ".join(survey.compose(["marker"], controller="Lab X").remarks)
    assert survey.compose(["marker"], controller="Lab X").instrument.consent == {
        "en": "Responsible for the data (data controller): Lab X"
    }
    with pytest.raises(InstrumentError, match="the retention is missing in de"):
        survey.compose(["mlbc_alignment"], languages=["de"], retention="10 years")
