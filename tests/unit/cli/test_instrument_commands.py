"""The commands about translations, provenance, manuals and questionnaires: output, files, exit codes."""

from __future__ import annotations

import json
import re

import pytest

from mlbc_stats import survey
from mlbc_stats.cli.exit_codes import BAD_INPUT, NOT_TRUSTWORTHY
from tests.examples.demo_files import broken_copy


@pytest.fixture
def run(run):
    return lambda *arguments, code=0: run("instruments", *arguments, code=code).output


def test_a_translation_goes_out_and_comes_back(run, tmp_path):
    file = tmp_path / "marker.sv.po"
    assert "written" in run("translation", "export", "marker", "--language", "sv", "--output", file)
    run("translation", "export", "marker", "-l", "sv", "-o", file, code=BAD_INPUT)
    run("translation", "export", "marker", "-l", "sv", "-o", file, "--force")
    text = file.read_text(encoding="utf-8")
    text = text.replace('days."\nmsgstr ""', 'days."\nmsgstr "Jag gillar regniga dagar."')
    file.write_text(text + '\nmsgctxt "item/gone/text"\nmsgid "A"\nmsgstr "B"\n', encoding="utf-8")
    target = tmp_path / "marker.sv.yaml"
    output = run("translation", "import", file, "--output", target)
    assert "1 texts new or changed" in output and "no such text: item/gone/text" in output
    assert "regniga" in target.read_text(encoding="utf-8")
    run("translation", "import", file, "--output", target, code=BAD_INPUT)
    run("translation", "import", file, "--output", tmp_path / "marker.txt", code=BAD_INPUT)
    assert "no such file" in run("translation", "import", "no.xlf", "--output", target, code=BAD_INPUT)
    file.write_text("what", encoding="utf-8")
    assert f"{file}:1: " in run(
        "translation", "import", file, "--output", tmp_path / "b.yaml", code=BAD_INPUT
    )


def test_the_shipped_drafts_are_complete(run):
    rows = json.loads(run("translation", "check", "mlbc_alignment", "--json"))
    assert {(row["instrument"], row["language"]) for row in rows} == {
        (name, language)
        for name in ("mlbc_alignment", "mlbc_capability", "context", "marker")
        for language in ("de", "fi")
    }
    for row in rows:
        assert row["problems"] == [] and row["state"] == "complete, draft"
        assert row["draft"] == row["texts"]


def test_what_is_missing_ends_with_exit_code_1(run):
    output = run("translation", "check", "marker", "--language", "sv", code=NOT_TRUSTWORTHY)
    assert "marker sv: item/marker_1/text: not translated" in output
    assert "no translation" in run("translation", "check", "ai_scaling_staged")


def test_languages_stand_side_by_side(run, tmp_path):
    rows = json.loads(run("translation", "compare", "marker", "--json"))
    assert rows[0].keys() == {"path", "en", "de", "de status", "fi", "fi status"}
    assert "Regentage" in run("translation", "compare", "marker", "-l", "de")
    page = tmp_path / "side.html"
    run("translation", "compare", "marker", "--output", page)
    text = page.read_text(encoding="utf-8")
    assert text.count("DRAFT, not to be fielded") == 2 and "sadepäivistä" in text
    run("translation", "compare", "marker", "--output", page, code=BAD_INPUT)


@pytest.mark.slow
def test_drafts_are_marked_wherever_they_are_shown(run, tmp_path):
    assert "DRAFT TRANSLATION" in run("show", "marker", "--language", "de")
    assert json.loads(run("show", "marker", "--language", "de", "--json"))["draft"] is True
    assert "DRAFT" not in run("show", "marker")
    assert re.search(r"mlbc_alignment .*en, de \(draft\), fi \(draft\)", run("list"))
    page, manual = tmp_path / "page.html", tmp_path / "manual.html"
    run("compose", "mlbc_alignment", "--language", "fi", "--output", page)
    text = page.read_text(encoding="utf-8")
    assert "<title>DRAFT" in text and "DRAFT TRANSLATION, not reviewed" in text and 'lang="fi"' in text
    run("manual", "marker", "--language", "de", "--output", manual)
    text = manual.read_text(encoding="utf-8")
    assert "DRAFT TRANSLATION: de" in text and "Wording (de, draft)" in text
    assert "no translation into 'sv'" in run("show", "marker", "-l", "sv", code=BAD_INPUT)


def test_trace_goes_both_ways(run):
    assert "> item tc_pace_1  [M23" in run("trace", "tc_pace_1")
    found = json.loads(run("trace", "M8b", "--json"))
    assert found["kind"] == "proposition"
    assert {"cs_org_1", "oml_learn_1"} <= {step["id"] for step in found["steps"]}
    assert "nothing is called 'M99'" in run("trace", "M99", code=BAD_INPUT)


def test_coverage_is_complete_and_says_so(run):
    assert "0 problems" in run("coverage")
    found = json.loads(run("coverage", "--json"))
    assert found["complete"] is True and len(found["parts"]) == 29
    output = run("coverage", "--instrument", "marker", code=NOT_TRUSTWORTHY)
    assert "H23 Table 2, os, platformizing: os3 has no items" in output


def folder_named(folder, name="taken.html"):
    (folder / name).mkdir()
    return folder / name


def test_manuals_are_written_once(run, tmp_path):
    for ending in ("html", "docx"):
        path = tmp_path / f"manual.{ending}"
        run("manual", "marker", "--output", path)
        assert path.stat().st_size > 10_000
        run("manual", "marker", "--output", path, code=BAD_INPUT)
    pdf = tmp_path / "manual.pdf"
    assert "ends in .html or .docx" in run("manual", "marker", "--output", pdf, code=BAD_INPUT)
    assert "is a folder" in run("manual", "marker", "--output", folder_named(tmp_path), code=BAD_INPUT)
    assert not pdf.exists()
    assert "no such file of evidence" in run(
        "manual", "marker", "--output", tmp_path / "x.html", "--evidence", "no.yaml", code=BAD_INPUT
    )


def test_compose_prints_and_writes(run, tmp_path):
    page = tmp_path / "new" / "page.html"
    command = [
        "compose",
        "mlbc_alignment",
        "mlbc_cycles",
        "--informant",
        "technical",
        "--short",
        "--seed",
        "1",
    ]
    output = run(*command, "--output", page)
    assert "questions, about" in output and "not asked of technical" in output and page.is_file()
    run(*command, "--output", page, code=BAD_INPUT)
    found = json.loads(run(*command, "--json"))
    made = survey.compose(["mlbc_alignment", "mlbc_cycles"], informant="technical", short=True, seed=1)
    assert [block["block"] for block in found["blocks"]] == [block.id for block in made.blocks]
    assert "unknown informant" in run("compose", "marker", "--informant", "boss", code=BAD_INPUT)


def test_compose_fills_the_period_in_the_language_of_the_page(run, tmp_path):
    page = tmp_path / "page.html"
    command = ["compose", "mlbc_alignment", "--period", "den letzten drei Monaten", "--language", "de"]
    run(*command, "--output", page)
    assert "In den letzten drei Monaten hat sich die Aufgabe" in page.read_text(encoding="utf-8")


def test_translations_of_other_files_are_checked(run, tmp_path):
    demo = broken_copy(tmp_path)
    assert "no translation" in run("translation", "check", demo)
    assert "0 errors" in run("check")
