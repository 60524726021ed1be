"""Every broken file of ``broken/`` is refused with file, line, item and reason; the sound ones are not."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mlbc_stats.cli.app import app
from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey import check_instrument, check_wording, load_constructs, load_instrument
from tests.examples.demo_files import FILES

BROKEN = FILES.parent / "broken"
SOUND = ("sound", "constructs")

EXPECTED = [
    # file, line, item, message; no item can be named where the YAML itself cannot be read
    ("boolean_number", 61, "order_3", "reversed: should be a valid boolean, got 1"),
    ("boolean_word", 61, "order_3", "reversed: should be a valid boolean, got 'yes'"),
    ("code_as_text", 68, "attention", "expected: should be a valid integer, got '3'"),
    ("constructs_element_of_another", 14, "order", "element 'calm_rules' must begin with 'order_'"),
    ("constructs_element_twice", 14, "order", "duplicate element 'order_place', already used on line 13"),
    ("constructs_orphan_facet", 17, "order", "parent 'CHAOS' is not defined in this file"),
    ("constructs_relation_to_nothing", 16, "order", "relation to 'storm' is not another construct"),
    ("constructs_relation_without_source", 16, "order", "neither proposition nor locator; give one"),
    ("deep_nesting", 7, "", "nested deeper than 12 levels"),
    ("duplicate_id", 45, "order_1", "duplicate id 'order_1', already used on line 38; rename one"),
    ("duplicate_key", 64, "order_3", "duplicate key 'rationale', already given on line 63; keep one"),
    ("element_twice", 57, "order_3", "elements name 'order_place' twice; name it once"),
    ("empty", 1, "", "the file is empty"),
    ("expected_no_code", 68, "attention", "expected answer 9 is no code of scale 'agreement3'"),
    ("html_in_text", 41, "order_1", "text holds markup '<b>'; write plain text"),
    ("invisible_letter", 48, "order_2", "invisible characters U+202E; remove them"),
    ("justified_unknown_rule", 45, "order_1", "justified.beauty: should be 'length', 'double_barrelled'"),
    ("long_item", 41, "order_1", "text.en: should have at most 4000 characters, got 'This solution"),
    ("minutes_in_words", 11, "", "minutes: should be a valid number, got 'five'"),
    ("missing_language", 41, "order_1", "text is missing in 'de'; add it"),
    ("missing_rationale", 55, "order_3", "key 'rationale' is missing; add it"),
    ("misspelt_key", 47, "order_2", "unknown key 'element' (did you mean 'elements'?)"),
    ("panel_without_period", 59, "order_3", "words for panels must name {period}"),
    ("path_like_id", 38, "../order_1", "id: should be an id: a letter, then letters, digits or underscores"),
    ("path_like_module", 5, "", "modules.0: should be an id"),
    ("reversed_on_nominal", 35, "informant", "needs an ordinal or number scale; 'informant' is nominal"),
    ("reversed_without_bounds", 59, "order_3", "a reversed item needs a scale with lower and upper"),
    ("route_to_later", 54, "order_2", "item 'order_3', which does not stand before this item"),
    ("route_unknown_code", 54, "order_2", "codes [7] that the scale of 'informant' does not have"),
    ("scoring_other_construct", 71, "calm", "item 'order_1' measures 'order', not 'calm'"),
    ("script_in_label", 28, "agreement3", "text holds markup '<script>'; write plain text"),
    ("second_document", 64, "", "a second document starts here"),
    ("short_form_too_short", 75, "short", "keeps 1 items of 'order', expected 2 to 3"),
    ("short_form_unknown_item", 75, "short", "names item 'order_9', which is not in this file"),
    ("stray_placeholder", 48, "order_2", "text holds '{ solution }'; only words for panels"),
    ("tab_indentation", 46, "", "not valid YAML: while scanning for the next token found character '\\t'"),
    ("unclosed_quote", 78, "", "not valid YAML: while parsing a flow mapping begun on line 66"),
    ("unknown_construct", 39, "order_1", "construct 'disorder' is not defined in constructs.yaml"),
    (
        "unknown_element",
        47,
        "order_2",
        "element 'order_ruler' is none of construct 'order'; it has: order_pl",
    ),
    ("unknown_scale", 42, "order_1", "scale 'agreement5' is not defined in this file"),
    ("unsafe_tag", 7, "", "tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed"),
    ("utf16", 1, "", "the file is encoded in UTF-16, expected UTF-8"),
    ("version_as_number", 3, "", "version: should be a valid string, got 1.0"),
    ("wording_for_excluded_informant", 50, "order_2", "words for 'internal_user', who may not answer"),
    ("wording_for_unknown_informant", 50, "order_2", "wordings.visitor: should be 'management'"),
    ("wrong_encoding", 63, "", "byte 0x96 is not UTF-8"),
    ("yaml_bomb", 12, "", "more than 50,000 values once aliases are expanded"),
]


def test_every_file_has_its_row() -> None:
    kept = sorted(path.stem for path in BROKEN.glob("*.yaml") if path.stem not in SOUND)
    assert kept == [row[0] for row in EXPECTED]


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_pass(name: str) -> None:
    assert check_instrument(BROKEN / f"{name}.yaml") == ()


@pytest.mark.parametrize(("name", "line", "item", "message"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_broken_files_are_refused(name: str, line: int, item: str, message: str) -> None:
    path = BROKEN / f"{name}.yaml"
    load = load_constructs if name.startswith("constructs_") else load_instrument
    with pytest.raises(InstrumentError) as caught:
        load(path)
    found = [finding for finding in check_instrument(path) if message in finding.message]
    assert (str(path), line, item) in [(finding.file, finding.line, finding.item) for finding in found]
    assert all(str(finding) in str(caught.value) for finding in found)
    if not name.startswith("constructs_"):
        check_wording(path)  # looks at what there is, and does not crash


def test_the_command_names_file_line_and_item() -> None:
    path = str(BROKEN / "unknown_scale.yaml")
    done = CliRunner().invoke(app, ["instruments", "check", path, "--wording"])
    assert done.exit_code == 2
    assert f"error: {path}:42: order_1: scale 'agreement5' is not defined" in done.output
