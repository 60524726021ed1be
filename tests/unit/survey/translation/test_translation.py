"""Translations: out to translators, back, merged, checked, loaded."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.loading.load import find_instrument, load_files
from mlbc_stats.survey.loading.texts import source_strings
from mlbc_stats.survey.loading.translation_files import read_translation
from tests.examples.demo_files import broken_copy
from tests.examples.xliff_rules import broken_rules

FORMATS = ("xlf", "po")


def translate(exchange: Path, word: str = "xx", status: str = "translated") -> None:
    """Fill every empty target of an exported file with ``word`` and the source text."""
    text = exchange.read_text(encoding="utf-8")
    if exchange.suffix == ".po":
        text = re.sub(r'(msgctxt .*\n)msgid "(.*)"\nmsgstr ""', rf'\1msgid "\2"\nmsgstr "{word} \2"', text)
        text = text.replace("msgctxt", f"# status: {status}\nmsgctxt")
    else:
        text = re.sub(
            r'<segment state="initial">\n(\s*)<source>(.*)</source>',
            rf'<segment state="{status}">\n\1<source>\2</source>\n\1<target>{word} \2</target>',
            text,
        )
    exchange.write_text(text, encoding="utf-8")


def translated_copy(folder: Path, status: str = "translated") -> Path:
    """The demonstration files with a translation into German beside them."""
    path = broken_copy(folder)
    (folder / "translations").mkdir()
    for name in ("demo", "demo_module"):
        file = survey.export_translation(folder / f"{name}.yaml", "de", folder / f"{name}.xlf")
        translate(file, status=status)
        done = survey.import_translation(file, folder / f"{name}.yaml")
        survey.write_translation(done.translation, folder / "translations" / f"{name}.de.yaml")
    return path


@pytest.mark.parametrize("ending", FORMATS)
def test_out_and_back(tmp_path, ending):
    demo = broken_copy(tmp_path)
    file = survey.export_translation(demo, "de", tmp_path / f"demo.de.{ending}")
    if ending == "xlf":
        assert broken_rules(file.read_bytes()) == []
    assert survey.import_translation(file, demo).changed == ()
    translate(file)
    done = survey.import_translation(file, demo)
    assert done.translation.strings["item/day_1/text"].text == "xx The days are calm."
    assert {string.status for string in done.translation.strings.values()} == {"translated"}
    model = load_files(demo).models[0]
    assert list(done.translation.strings) == list(source_strings(model)) == list(done.changed)


def test_shipped_instruments_go_out_as_valid_xliff_with_notes(tmp_path):
    for name in survey.list_instruments():
        content = survey.export_translation(name, "sv", tmp_path / f"{name}.xlf").read_bytes()
        assert broken_rules(content) == []
        assert content.count(b"<notes>") == content.count(b"<unit ") + 1


def test_what_is_known_goes_out_again(tmp_path):
    demo = translated_copy(tmp_path)
    for ending in FORMATS:
        file = survey.export_translation(demo, "de", tmp_path / f"again.{ending}")
        assert "xx The days are calm." in file.read_text(encoding="utf-8")
        done = survey.import_translation(file, demo)
        assert done.changed == done.kept == done.unknown == ()


def test_a_changed_source_makes_its_translation_stale(tmp_path):
    demo = translated_copy(tmp_path)
    demo.write_text(demo.read_text().replace("The days are calm.", "The days are quiet."))
    (report, module) = survey.check_translation(demo)
    assert (report.stale, report.missing, module.complete) == (("item/day_1/text",), (), True)
    with pytest.raises(InstrumentError, match="item/day_1/text: the source text has changed"):
        survey.load_instrument(demo, languages=["de"])
    for ending in FORMATS:
        file = survey.export_translation(demo, "de", tmp_path / f"stale.{ending}")
        assert "stale" in file.read_text(encoding="utf-8")
        untouched = survey.import_translation(file, demo)
        assert untouched.changed == untouched.kept == ()
        text = file.read_text(encoding="utf-8").replace("xx The days are calm.", "xx quiet")
        file.write_text(text, encoding="utf-8")
        done = survey.import_translation(file, demo)
        assert done.changed == ("item/day_1/text",)
        assert done.translation.strings["item/day_1/text"].status == "draft"


def test_a_return_from_before_a_change_stays_stale(tmp_path):
    demo = broken_copy(tmp_path)
    file = survey.export_translation(demo, "de", tmp_path / "demo.xlf")
    translate(file)
    demo.write_text(demo.read_text().replace("The days are calm.", "The days are quiet."))
    (tmp_path / "translations").mkdir()
    done = survey.import_translation(file, demo)
    survey.write_translation(done.translation, tmp_path / "translations" / "demo.de.yaml")
    assert survey.check_translation(demo, ["de"])[0].stale == ("item/day_1/text",)


def test_better_work_is_never_replaced_by_worse(tmp_path):
    demo = translated_copy(tmp_path)
    place = tmp_path / "translations" / "demo.de.yaml"
    known = read_translation(place)
    reviewed = replace(known.strings["title"], status="reviewed", text="Gut")
    survey.write_translation(
        replace(known, strings={**known.strings, "title": reviewed}), place, overwrite=True
    )
    file = tmp_path / "old.xlf"
    survey.export_translation(demo, "de", file)
    worse = file.read_text().replace('state="reviewed" subState="mlbc:reviewed"', 'state="translated"')
    file.write_text(worse.replace(">Gut<", ">Schlecht<"))
    done = survey.import_translation(file, demo)
    assert (done.kept, done.translation.strings["title"].text) == (("title",), "Gut")
    file.write_text(worse.replace("<target>Gut</target>", "<target/>"))
    assert survey.import_translation(file, demo).translation.strings["title"].text == "Gut"


def test_texts_that_the_instrument_no_longer_has_are_kept_and_named(tmp_path):
    demo = translated_copy(tmp_path)
    demo.write_text(demo.read_text().replace("consent: {en: Please go on only if you agree.}\n", ""))
    report = survey.check_translation(demo)[0]
    assert (report.unknown, report.complete) == (("consent",), True)
    file = survey.export_translation(demo, "de", tmp_path / "out.xlf")
    assert "consent" in survey.import_translation(file, demo).translation.strings


def test_lost_and_added_placeholders_are_found(tmp_path):
    text = "The days are calm."
    demo = broken_copy(
        tmp_path, f"{{en: {text}}}", f'{{en: {text}}}\n    panel: {{en: "Calm in {{period}}."}}'
    )
    panel = 'panel: {period: {en: the last year}, instruction: {en: "Think of {period}."}}'
    demo.write_text(demo.read_text().replace("scales:", f"{panel}\nscales:", 1))
    file = survey.export_translation(demo, "de", tmp_path / "demo.po")
    assert "Keep as it is: {period}" in file.read_text()
    translate(file)
    file.write_text(file.read_text().replace("xx Calm in {period}.", "Ruhig im {Zeitraum}"))
    (tmp_path / "translations").mkdir()
    done = survey.import_translation(file, demo)
    survey.write_translation(done.translation, tmp_path / "translations" / "demo.de.yaml")
    found = survey.check_translation(demo, ["de"])[0].placeholders
    assert found == {"item/day_1/panel": "placeholder lost: {period}; placeholder added: {Zeitraum}"}


@pytest.mark.parametrize("status", ["translated", "reviewed"])
def test_languages_are_added_on_request_and_drafts_named(tmp_path, status):
    demo = translated_copy(tmp_path, status)
    assert survey.load_instrument(demo).languages == ("en",)
    instrument = survey.load_instrument(demo, languages=["en", "de"])
    assert instrument.languages == ("en", "de")
    assert instrument.drafts == (() if status == "reviewed" else ("de",))
    assert instrument.item("remark").text["de"] == "xx Anything else?"
    assert instrument.scale("agreement7").codes[0].label["de"] == "xx Strongly disagree"
    assert instrument.check("check_1").text["de"].startswith("xx ")


def test_a_language_without_translation_is_refused(tmp_path):
    with pytest.raises(InstrumentError, match=r"no translation into 'sv'; there is: en, de.*export demo"):
        survey.load_instrument(translated_copy(tmp_path), languages=["sv"])


def test_an_incomplete_translation_is_refused_and_all_is_named(tmp_path):
    demo = translated_copy(tmp_path)
    place = tmp_path / "translations" / "demo.de.yaml"
    known = read_translation(place)
    few = dict(list(known.strings.items())[:3])
    survey.write_translation(replace(known, strings=few), place, overwrite=True)
    with pytest.raises(InstrumentError, match=r"incomplete[^$]*not translated\n[^$]*and \d+ more"):
        survey.load_instrument(demo, languages=["de"])


def test_a_file_that_translates_something_else_than_its_name_says_is_refused(tmp_path):
    demo = translated_copy(tmp_path)
    place = tmp_path / "translations" / "demo.de.yaml"
    place.rename(place.with_name("demo.fi.yaml"))
    for use in (survey.check_translation, survey.compare_translations):
        with pytest.raises(InstrumentError, match=r"demo\.fi\.yaml: language is 'de', expected 'fi'"):
            use(demo)


def test_one_scale_has_one_translation(tmp_path):
    demo = broken_copy(tmp_path)
    for name in ("demo", "demo_module"):
        path = tmp_path / f"{name}.yaml"
        scale = "  - {id: yes_no, kind: nominal, codes: [{value: 1, label: {en: Yes}}, {value: 2, label: {en: No}}]}\n"
        path.write_text(path.read_text().replace("scales:\n", "scales:\n" + scale))
    (tmp_path / "translations").mkdir()
    for name, word in (("demo", "xx"), ("demo_module", "yy")):
        file = survey.export_translation(tmp_path / f"{name}.yaml", "de", tmp_path / f"{name}.xlf")
        translate(file, word)
        done = survey.import_translation(file, tmp_path / f"{name}.yaml")
        survey.write_translation(done.translation, tmp_path / "translations" / f"{name}.de.yaml")
    with pytest.raises(InstrumentError, match="scale 'yes_no' is translated in other words than in"):
        survey.load_instrument(demo, languages=["de"])


def test_nothing_is_overwritten_unasked(tmp_path):
    file = survey.export_translation("marker", "sv", tmp_path / "marker.po")
    with pytest.raises(InstrumentError, match="exists already"):
        survey.export_translation("marker", "sv", file)
    with pytest.raises(InstrumentError, match="no such folder"):
        survey.export_translation("marker", "sv", tmp_path / "no" / "marker.po")
    with pytest.raises(InstrumentError, match=r"ending '\.doc' says no format"):
        survey.export_translation("marker", "sv", tmp_path / "marker.doc")
    with pytest.raises(InstrumentError, match="its own file has its texts in 'en'"):
        survey.export_translation("marker", "en", tmp_path / "marker.en.po")
    with pytest.raises(InstrumentError, match="'xx_yy' is no language tag"):
        survey.export_translation("marker", "xx_yy", tmp_path / "marker.xx.po")
    translation = survey.import_translation(file).translation
    place = survey.write_translation(translation, tmp_path / "marker.sv.yaml")
    with pytest.raises(InstrumentError, match="exists already"):
        survey.write_translation(translation, place)


def test_side_by_side(tmp_path):
    demo = translated_copy(tmp_path)
    demo.write_text(demo.read_text().replace("The days are calm.", "The days are quiet."))
    table = survey.compare_translations(demo, ["de", "sv"]).set_index("path")
    assert table.loc["title"].tolist() == [
        "A demonstration",
        "xx A demonstration",
        "translated",
        "",
        "missing",
    ]
    assert table.loc["item/day_1/text", "de status"] == "stale"


def test_paths_of_the_shipped_instrument():
    model = load_files(find_instrument("mlbc_alignment")).models[0]
    paths = source_strings(model)
    assert len(paths) == len(set(paths))
    assert {"title", "consent", "item/tc_pace_1/text", "scale/agreement7/code/1/label"} <= paths.keys()


@pytest.mark.parametrize("language", ["de", "fi"])
def test_the_shipped_drafts_are_up_to_date_and_complete(language):
    for report in survey.check_translation("mlbc_alignment", [language]):
        assert report.problems == (), "translate what changed, then run 'mlbc instruments translation import'"
        assert report.status == "draft" and report.unknown == ()


@pytest.mark.parametrize("language", ["de", "fi"])
def test_the_shipped_drafts_hang_together(language):
    """Checks name the label of their answer; labels are distinct; items are distinct; no text is left in English."""
    instrument = survey.load_instrument("mlbc_alignment", languages=[language])
    assert instrument.drafts == (language,)
    for check in instrument.checks:
        label = next(c.label for c in instrument.scale(check.scale).codes if c.value == check.expected)
        assert label["en"] in check.text["en"] and label[language] in check.text[language]
    for scale in instrument.scales:
        labels = [code.label[language] for code in (*scale.codes, *scale.missing)]
        assert len(set(labels)) == len(labels)
    words = [item.text[language] for item in instrument.items]
    assert len(set(words)) == len(words)
    assert all(item.text[language] != item.text["en"] for item in instrument.items)
