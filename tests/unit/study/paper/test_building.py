"""A manuscript is made of results alone: nothing typed, nothing unresolved, nothing changed by hand."""

import csv
import io
import json
import zipfile

import docx
import pytest
from typer.testing import CliRunner

from mlbc_stats import study
from mlbc_stats.cli.app import app
from mlbc_stats.errors import StudyError


@pytest.fixture
def made(place):
    return study.build_paper(place / "paper")


def test_word_has_native_tables_captions_and_references(made):
    word = docx.Document(str(made.files["docx"]))
    assert len(word.tables) == 2 and word.tables[0].cell(1, 0).text == "S1\nAlignment & structure"
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert captions[0] == "Table 1. Fit of <the> models (SYNTHETIC data)"
    with zipfile.ZipFile(made.files["docx"]) as parts:
        text = parts.read("word/document.xml").decode()
        headers = "".join(parts.read(n).decode() for n in parts.namelist() if "header" in n)
    assert "SEQ Table" in text and "REF tbl_structure_fit" in text and 'w:name="tbl_structure_fit"' in text
    assert 'descr="One dot, alone."' in text
    assert "SYNTHETIC DATA" in headers
    assert "Rosseel, 2012" in text.replace("</w:t></w:r><w:r><w:t>", "")


def test_the_page_and_the_pdf_say_synthetic(made):
    page = made.files["html"].read_text(encoding="utf-8")
    assert "<title>SYNTHETIC" in page and ".998" in page and 'href="#tbl_structure_fit"' in page
    assert 'id="tbl_structure_fit"' in page and ">Rosseel, 2012</a>)" in page
    assert "https://doi.org/10.18637/jss.v048.i02" in page
    content = made.files["pdf"].read_bytes()
    assert content.startswith(b"%PDF") and b"pdfaid:part" in content


def test_two_builds_are_the_same_bytes(place, made):
    first = {kind: path.read_bytes() for kind, path in made.files.items()}
    again = study.build_paper(place / "paper")
    assert {kind: path.read_bytes() for kind, path in again.files.items()} == first


def test_numbers_and_exhibits_are_listed(made):
    rows = list(csv.DictReader(io.StringIO(made.numbers.read_text(encoding="utf-8"))))
    assert rows[0] == {
        "number": ".998",
        "value": "0.99812",
        "place": "structure/fit",
        "row": "S1",
        "column": "CFI",
        "task": "structure",
    }
    assert rows[-1]["row"] == "resamples that the plan foresees"
    shown = list(csv.DictReader(io.StringIO(made.exhibits.read_text(encoding="utf-8"))))
    assert [row["exhibit"] for row in shown] == ["Table 1", "Figure 1", "Table 2"]
    assert shown[1]["file"] == "figures/structure_dot.svg"


def test_a_number_changed_by_hand_stops_the_build(place):
    path = place / "build" / "results.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.99812", "0.99912"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"1 files are not as the run wrote them \(results\.json\)"):
        study.build_paper(place / "paper")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["CFI"]', '["TLI"]', r"line 11: structure/fit: no column 'TLI'; there are Model, n, CFI"),
        ('fit["S1"]', 'fit["S9"]', "no row 'S9'; there are S1, S2"),
        ("results.structure.fit", "results.structure.fits", "no table 'structure/fits'.*did you mean"),
        ("results.structure", "results.structures", "no part 'structures'"),
        (" | bounded", "", "say how it is written"),
        (" | bounded", " | rounded", "rounded"),
        ('table("structure/fit")', 'table("structure/path")', "no table 'structure/path'"),
        ('figure("structure/dot")', 'figure("structure/point")', "no figure"),
        ('ref("structure/dot")', 'ref("structure/other")', "which this paper does not show"),
        ("@rosseel2012", "@rossel2012", "citation rossel2012 not found"),
        ("The CFI was", "In 571 cases the CFI was", r"line 11: 571"),
        ('standard("top")', 'standard("tops")', "no standard 'tops'"),
        ("{{ synthetic_note }}", "{{ nothing }}", "'nothing' is undefined"),
    ],
)
def test_what_the_results_do_not_fill_stops_the_build(place, old, new, said):
    path = place / "paper" / "paper.md.in"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError, match=said):
        study.build_paper(place / "paper")


def test_a_folder_without_results_says_what_to_do(place):
    (place / "build" / "manifest.json").unlink()
    with pytest.raises(StudyError, match="run the study first"):
        study.build_paper(place / "paper")


def test_a_paper_of_ones_own_starts_from_the_shipped_source(place, monkeypatch):
    monkeypatch.chdir(place)
    runner = CliRunner()
    started = runner.invoke(app, ["paper", "new", "mine", "--results", "build", "--title", "Ours"])
    assert started.exit_code == 0, started.output
    text = (place / "mine" / "paper.md.in").read_text(encoding="utf-8")
    assert 'title: "Ours"' in text and 'results: "../build"' in text and "tasks" not in text.split("---")[1]
    again = runner.invoke(app, ["paper", "new", "mine"])
    assert again.exit_code == 2 and "is there already" in again.output


def test_the_command_builds_and_says_that_data_are_synthetic(place):
    done = CliRunner().invoke(app, ["paper", "build", str(place / "paper")])
    assert done.exit_code == 0, done.output
    assert "paper.docx" in done.output and "SYNTHETIC" in done.output


def test_results_come_back_as_they_were_written(place):
    content = json.loads((place / "build" / "results.json").read_text(encoding="utf-8"))
    assert content["stages"]["structure"]["figures"]["dot"]["description"] == "One dot, alone."
