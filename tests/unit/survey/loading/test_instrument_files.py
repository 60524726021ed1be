"""Loading instruments: what comes out, and every broken file with its message, line and item."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey import check_instrument, list_instruments, load_constructs, load_instrument
from tests.examples.demo_files import DEMO, FILES, broken_copy, line_of


def test_modules_and_constructs_are_resolved() -> None:
    demo = load_instrument(DEMO)
    assert [item.id for item in demo.items[-3:]] == ["org_size", "remark", "tenure"]
    assert {item.module for item in demo.items} == {"demo", "demo_module"}
    assert [construct.id for construct in demo.constructs] == ["CALM", "calm_day", "calm_night"]
    assert [facet.id for facet in demo.facets("CALM")] == ["calm_day", "calm_night"]
    assert [item.id for item in demo.items_of("calm_night")] == ["night_1", "night_2", "night_3"]
    assert len(demo.items_of("CALM")) == 6
    assert demo.scale("years").upper == 60
    assert demo.scale("agreement7").values == (1, 2, 3, 4, 5, 6, 7)
    assert demo.scale("agreement7").reason(-96) == "not_applicable"
    assert demo.scale("agreement7").reason(3) is None
    assert demo.item("night_1").route is not None
    assert demo.check("check_1").expected == 6


def test_checks_follow_their_item() -> None:
    demo = load_instrument(DEMO)
    ids = [entry.id for entry in demo.sequence]
    assert ids.index("check_1") == ids.index("day_2") + 1
    assert len(ids) == len(demo.items) + len(demo.checks)


def test_an_instrument_is_frozen_and_can_be_pickled() -> None:
    demo = load_instrument(DEMO)
    assert pickle.loads(pickle.dumps(demo)) == demo
    with pytest.raises(dataclasses.FrozenInstanceError):
        demo.id = "other"  # type: ignore[misc]


def test_unknown_names_list_what_there_is() -> None:
    demo = load_instrument(DEMO)
    with pytest.raises(InstrumentError, match=r"no item 'day_9'; it has: phase, day_1"):
        demo.item("day_9")
    with pytest.raises(InstrumentError, match=r"no instrument 'nothing'.*shipped: .*mlbc_alignment"):
        load_instrument("nothing")


def test_a_module_loads_alone_and_shipped_ones_by_name() -> None:
    assert load_instrument(FILES / "demo_module.yaml").constructs == ()
    assert set(list_instruments()) >= {"mlbc_alignment", "context", "marker"}
    assert "propositions" not in list_instruments()
    assert load_instrument("marker").items[0].construct == "marker"


BREAKS = [
    # old, new, text on the line reported, item, message
    ("id: day_2", "id: day_1", "construct: calm_day", "day_1", "duplicate id 'day_1'"),
    ("id: night_3", "id: TENURE", None, "tenure", "duplicate id 'tenure', already used in"),
    ("id: check_1", "id: night_2", None, "night_2", "duplicate id 'night_2'"),
    ("reversed: true", "revresed: true", "revresed", "day_2", "'revresed' (did you mean 'reversed'?)"),
    ("reversed: true", "reversed: maybe", "maybe", "day_2", "reversed: "),
    ("reversed: true", "scale: agreement7", None, "day_2", "duplicate key 'scale'"),
    ("scale: agreement7", "scale: agree9", "agree9", "day_1", "scale 'agree9' is not defined"),
    ("scale: agreement7", "scale: phase", None, "day_1", "needs an ordinal or number scale"),
    (
        "construct: calm_day",
        "construct: calm_noon",
        "calm_noon",
        "day_1",
        "'calm_noon' is not defined in constructs",
    ),
    (
        "question: phase",
        "question: phrase",
        "phrase",
        "night_1",
        "item 'phrase', which does not stand before",
    ),
    ("question: phase", "question: night_3", "question: night_3", "night_1", "does not stand before"),
    ("codes: [2]", "codes: [2, 5]", "[2, 5]", "night_1", "codes [5] that the scale of 'phase' does not have"),
    ("codes: [2]", "codes: []", "codes: []", "night_1", "never asked"),
    ("    rationale: Says it directly.\n", "", "id: day_1", "day_1", "key 'rationale' is missing"),
    ("{en: The days are calm.}", "{de: Ruhig.}", "Ruhig", "day_1", "text is missing in 'en'"),
    ("{en: The days are calm.}", "{en: ''}", "en: ''", "day_1", "text.en: "),
    ("expected: 6", "expected: 9", "expected: 9", "check_1", "expected answer 9 is no code of scale"),
    ("after: day_2", "after: noon", "after: noon", "check_1", "item 'noon' is not in this file"),
    ("value: 7, label", "value: 6, label", "id: agreement7", "agreement7", "code 6 stands twice"),
    ("upper: 7", "upper: 5", "id: agreement7", "agreement7", "expected lower 1 and upper 7"),
    ("value: -96", "value: 4", "id: agreement7", "agreement7", "code 4 stands twice"),
    ("reason: not_applicable", "reason: bored", "bored", "agreement7", "missing.0.reason"),
    ("kind: nominal", "kind: circular", "circular", "phase", "kind: "),
    (
        "items: [day_1, day_2, day_3], ",
        "items: [day_1, day_1, x], ",
        "day_1, x]",
        "calm_day",
        "'x', which is not",
    ),
    (
        "items: [day_1, day_2, day_3], ",
        "items: [day_1, night_1], ",
        "day_1, night",
        "calm_day",
        "measures 'calm_n",
    ),
    ("minimum_answered: 0.6", "minimum_answered: 6.0", "6.0", "calm_day", "a share from 0 to 1, got 6.0"),
    ("modules: [demo_module]", "modules: [lost]", "lost", "", "module 'lost'"),
    ('version: "1.0.0"', "version: 1.0", "version: 1.0", "", "version: "),
    ("languages: [en]", "languages: []", "languages: []", "", "the list of languages is empty"),
    ("kind: instrument", "kind: poem", "poem", "", "expected 'kind: instrument', got 'poem'"),
]


@pytest.mark.parametrize(("old", "new", "where", "item", "message"), BREAKS, ids=[row[1] for row in BREAKS])
def test_each_break_is_found(
    tmp_path: Path, old: str, new: str, where: str | None, item: str, message: str
) -> None:
    path = broken_copy(tmp_path, old, new)
    with pytest.raises(InstrumentError) as caught:
        load_instrument(path)
    findings = [finding for finding in caught.value.findings if message in finding.message]  # type: ignore[attr-defined]
    assert findings, f"{message!r} is not in: {caught.value}"
    assert item in [finding.item for finding in findings]
    assert all(f"{finding.file}:{finding.line}: " in str(caught.value) for finding in findings)
    if where is not None and findings[0].file == str(path) and "id: day_1" not in new:
        assert line_of(path, where) in [finding.line for finding in findings]


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    path = broken_copy(tmp_path)
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("reversed: true", "rev: true"),
        ("codes: [2]", "codes: [8]"),
        ("expected: 6", "expected: 0"),
    ):
        text = text.replace(old, new, 1)
    path.write_text(text.replace("  - id: night_3", "  - id: night_3\n    id: night_4"), encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"^4 errors\n") as caught:
        load_instrument(path)
    assert len(str(caught.value).splitlines()) == 5


def test_module_and_construct_files_are_checked_too(tmp_path: Path) -> None:
    path = broken_copy(tmp_path, "id: words, kind: text", "id: agreement7, kind: text", "demo_module.yaml")
    with pytest.raises(InstrumentError, match=r"demo_module.yaml:19: agreement7: scale 'agreement7' differs"):
        load_instrument(path)
    path = broken_copy(tmp_path, "parent: CALM", "parent: calm_night", "constructs.yaml")
    with pytest.raises(InstrumentError, match=r"constructs.yaml:18: calm_day: parent 'calm_night' is itself"):
        load_instrument(path)
    path = broken_copy(
        tmp_path, "id: calm_night\n        diff", "id: calm_noon\n        diff", "constructs.yaml"
    )
    with pytest.raises(InstrumentError, match="neighbour 'calm_noon' is not another construct"):
        load_constructs(tmp_path / "constructs.yaml")


@pytest.mark.parametrize(
    "text", ["- 1\n- 2\n", "just words\n", "kind: instrument\nitems: 5\nscales: {a: 1}\nmodules: 3\n"]
)
def test_wrong_shapes_are_findings_not_crashes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shape.yaml"
    path.write_text(text, encoding="utf-8")
    assert check_instrument(path)
    with pytest.raises(InstrumentError):
        load_instrument(path)


def test_a_name_that_differs_from_the_file_is_a_warning(tmp_path: Path) -> None:
    (finding,) = check_instrument(broken_copy(tmp_path, "id: demo\n", "id: sample\n"))
    assert "differs from the file name" in finding.message
    assert finding.severity == "warning"


def test_check_takes_constructs_and_refuses_other_kinds(tmp_path: Path) -> None:
    assert check_instrument(FILES / "constructs.yaml") == ()
    other = tmp_path / "other.yaml"
    other.write_text("kind: recipe\n", encoding="utf-8")
    (finding,) = check_instrument(other)
    kinds = "constructs, evidence, instrument, translation"
    assert f"kind 'recipe' cannot be checked here; expected one of: {kinds}" in finding.message
