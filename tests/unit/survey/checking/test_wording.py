"""The rules of wording: each finds what it is for, a reason silences it, an idle reason is found itself."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey import check_wording
from mlbc_stats.survey.checking.facet_rules import shared_words
from mlbc_stats.survey.instrument.fields import WordingRule
from tests.examples.demo_files import DEMO, broken_copy, line_of

LONG = "days " * 19 + "are calm"
REMARKS = [
    # rule, old, new, message
    ("length", "The days are calm", f"The {LONG}", "22 words, expected at most 20; shorten it"),
    ("double_barrelled", "days are calm", "days are calm and bright", "'and' may join two ideas"),
    ("double_barrelled", "days are calm", "days are calm/bright", "'/' may join two ideas"),
    ("double_barrelled", "days are calm", "days are calm as well as long", "'as well as' may join"),
    ("negation", "days are calm", "days are not loud", "'not' negates"),
    ("negation", "days are calm", "days aren't loud", '"aren\'t" negates'),
    ("negation", "days are calm", "days are never not calm", "two negations"),
    ("absolute", "days are calm", "days are always calm", "'always' leaves no room"),
    ("jargon", "days are calm", "days bring meta-learning", "'meta-learning' is a word of the theory"),
    (
        "reading_level",
        "days are calm",
        "calamitous organizational reorganizations materialize",
        "reading grade",
    ),
    ("near_duplicate", "The days are hectic", "The  days are calm", "the same wording as item day_1"),
    (
        "near_duplicate",
        "The days are hectic",
        "The days are so calm",
        "shares 80% of its words with item day_1",
    ),
    ("unbalanced", "    reversed: true\n", "", "construct 'calm_day' has no reversed item"),
    ("few_items", "construct: calm_day\n", "construct: CALM\n", "construct 'CALM' has 1 items here"),
]


def messages(path: Path) -> list[str]:
    return [str(finding) for finding in check_wording(path)]


def test_good_wording_passes() -> None:
    assert check_wording(DEMO) == ()


@pytest.mark.parametrize(
    ("rule", "old", "new", "message"), REMARKS, ids=[f"{row[0]}-{row[2]}" for row in REMARKS]
)
def test_each_rule_warns_and_a_reason_silences_it(
    tmp_path: Path, rule: str, old: str, new: str, message: str
) -> None:
    path = broken_copy(tmp_path, old, new)
    found = [finding for finding in check_wording(path) if f"({rule})" in finding.message]
    assert found, messages(path)
    assert message in found[0].message
    assert found[0].severity == "warning"
    assert found[0].item.startswith("day_")
    text = path.read_text(encoding="utf-8").splitlines()
    item = next(line for line, words in enumerate(text) if words == f"  - id: {found[0].item}")
    text.insert(item + 1, f"    justified: {{{rule}: It is meant to be so.}}")
    path.write_text("\n".join(text), encoding="utf-8")
    assert not [line for line in messages(path) if f"({rule})" in line and found[0].item in line]


def test_every_rule_is_tested() -> None:
    assert {row[0] for row in REMARKS} | {"no_focal_object"} == set(get_args(WordingRule))


def test_an_item_names_what_it_is_about(tmp_path: Path) -> None:
    path = broken_copy(tmp_path, "reference_period:", "focal_words: {en: [day, night]}\nreference_period:")
    assert messages(path) == []
    path = broken_copy(tmp_path, "reference_period:", "focal_words: {en: [night]}\nreference_period:")
    assert [line.split(": ")[1] for line in messages(path)] == ["day_1", "day_2", "day_3"]
    assert (
        "names none of night: 'The days are calm.'; say what is meant (no_focal_object)" in messages(path)[0]
    )


def test_words_for_informants_and_panels_are_looked_at(tmp_path: Path) -> None:
    other = "    wordings:\n      technical: {en: The days never end.}\n    panel: {en: 'In {period}, all was calm.'}\n"
    path = broken_copy(tmp_path, "    scale: agreement7\n", f"{other}    scale: agreement7\n")
    found = {(finding.line, finding.message.rpartition("(")[2]) for finding in check_wording(path)}
    words, panel = line_of(path, "never end"), line_of(path, "all was")
    assert found == {(words, "negation)"), (words, "absolute)"), (panel, "absolute)")}


def test_an_idle_reason_is_found(tmp_path: Path) -> None:
    reason = "    justified:\n      negation: There is none.\n"
    path = broken_copy(tmp_path, "    scale: agreement7\n", f"{reason}    scale: agreement7\n")
    (finding,) = check_wording(path)
    assert "the justification of 'negation' is not needed" in finding.message
    assert (finding.line, finding.item) == (line_of(path, "negation:"), "day_1")


def test_other_languages_are_spared_what_rests_on_english_words(tmp_path: Path) -> None:
    text = DEMO.read_text(encoding="utf-8").replace("{en: ", "{de: ").replace("[en]", "[de]")
    for name in ("demo_module.yaml", "constructs.yaml"):
        (tmp_path / name).write_text((DEMO.parent / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "demo.yaml"
    path.write_text(text.replace("The days are calm.", "Not and never or always."), encoding="utf-8")
    assert check_wording(path) == ()
    path.write_text(text.replace("The days are calm.", f"Die {LONG}."), encoding="utf-8")
    assert "(length)" in messages(path)[0]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InstrumentError, match="no instrument 'nothing'"):
        check_wording("nothing")


def test_shared_words() -> None:
    assert shared_words("a b c", "c b a") == 1.0
    assert shared_words("a b", "c d") == 0.0
    assert shared_words("a b c", "a b d") == 0.5
