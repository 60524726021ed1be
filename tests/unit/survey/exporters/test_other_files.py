"""REDCap, Google Forms, SPSS, DDI and paper: each by its own rules."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess

import pyreadstat
import pytest
from lxml import etree

from mlbc_stats import survey
from mlbc_stats.errors import DataWarning
from mlbc_stats.survey.exporters.printed import printable

DDI = "{ddi:codebook:2_6}"
ORDER = ["labl", "qstn", "valrng", "invalrng", "universe", "catgry", "concept", "varFormat", "notes"]
"""The parts of a variable in the order of the schema."""
STUB = """
const calls = [];
const item = new Proxy({}, {get: (_, name) => (...given) => {
  calls.push([name, given]);
  return name === 'getPublishedUrl' ? 'address' : item;
}});
const FormApp = {create: () => item, createTextValidation: () => item,
  PageNavigationType: {CONTINUE: 'CONTINUE', SUBMIT: 'SUBMIT'}};
const Logger = {log: () => {}};
"""


@pytest.fixture(scope="module")
def questionnaire():
    return survey.compose(["mlbc_alignment"], languages=["de"], seed=2)


def exported(questionnaire, target, folder):
    made = survey.export(questionnaire, target, folder)
    return made.mapping, made.files


def test_redcap_fields_matrices_and_branching(questionnaire, tmp_path):
    mapping, (file,) = exported(questionnaire, "redcap", tmp_path)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert len(rows[0]) == 18 and rows[0]["Variable / Field Name"] == "record_id"
    names = [row["Variable / Field Name"] for row in rows]
    assert len(set(names)) == len(names) and all(re.fullmatch("[a-z][a-z0-9_]{0,99}", name) for name in names)
    matrix = "Matrix Group Name"
    groups: dict[str, set[str]] = {}
    for place, row in enumerate(rows):
        assert set(re.findall(r"\[(\w+)\]", row["Branching Logic (Show field only if...)"])) <= set(
            names[:place]
        )
        if row[matrix]:
            groups.setdefault(row[matrix], set()).add(row["Choices, Calculations, OR Slider Labels"])
            assert not row["Section Header"] or rows[place - 1][matrix] != row[matrix]
    assert groups and all(len(choices) == 1 for choices in groups.values())
    shown = {row["Variable / Field Name"]: row["Branching Logic (Show field only if...)"] for row in rows}
    assert shown["aln_sustain_1"] == "[consent] = '1' and ([phase] = '' or [phase] = '3' or [phase] = '6')"
    assert mapping.consent.given == "1"


def test_no_cell_of_redcap_begins_like_a_formula(tmp_path):
    made = survey.compose(["context"], controller="=cmd|' /C calc'!A0")
    (file,) = exported(made, "redcap", tmp_path)[1]
    cells = [cell for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js to run the script")
def test_the_script_for_google_makes_one_form_per_language(questionnaire, tmp_path):
    mapping, (file,) = exported(questionnaire, "google", tmp_path)
    program = STUB + file.read_text(encoding="utf-8") + "\ncreateForms(); console.log(JSON.stringify(calls));"
    (tmp_path / "run.js").write_text(program, encoding="utf-8")
    done = subprocess.run(["node", str(tmp_path / "run.js")], capture_output=True, text=True, check=True)
    assert done.stdout.count('"setCollectEmail"') == 2
    assert '"SUBMIT"' in done.stdout and len(mapping.languages) == 2


def test_spss_knows_labels_and_missing_values(questionnaire, tmp_path):
    mapping, files = exported(questionnaire, "sav", tmp_path)
    frame, meta = pyreadstat.read_sav(str(files[0]), user_missing=True)
    assert len(frame) == 1 and files[1].name.endswith("_de.sav")
    agreement = mapping.question("tc_pace_1")
    (missing,) = meta.missing_ranges["tc_pace_1"]
    assert (missing["lo"], missing["hi"]) == (-99, -96)
    assert meta.variable_value_labels["tc_pace_1"][-97] == "I do not know"
    assert meta.variable_measure["tc_pace_1"] == "ordinal" and agreement.kind == "ordinal"
    assert meta.variable_value_labels["consent"][1].startswith("I have read this")
    widths = {name: meta.original_variable_types[name] for name in ("unit_token", "country", "tenure")}
    assert widths == {"unit_token": "A255", "country": "A255", "tenure": "F8.0"}


@pytest.mark.skipif(shutil.which("pspp-convert") is None, reason="needs PSPP (Debian: pspp)")
def test_pspp_reads_the_file(questionnaire, tmp_path):
    mapping, files = exported(questionnaire, "sav", tmp_path)
    target = tmp_path / "shell.csv"
    subprocess.run(["pspp-convert", str(files[0]), str(target)], check=True, capture_output=True)
    header = target.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(header) >= {question.column for question in mapping.questions}


def test_ddi_is_in_the_order_of_its_schema_with_ids_of_their_own(questionnaire, tmp_path):
    _, (file,) = exported(questionnaire, "ddi", tmp_path)
    root = etree.fromstring(file.read_bytes())
    assert root.tag == f"{DDI}codeBook" and root.get("version") == "2.6"
    assert [part.tag for part in root] == [f"{DDI}stdyDscr", f"{DDI}dataDscr"]
    ids = [variable.get("ID") for variable in root.iter(f"{DDI}var")]
    assert len(set(ids)) == len(ids)
    for variable in root.iter(f"{DDI}var"):
        places = [ORDER.index(part.tag.removeprefix(DDI)) for part in variable]
        assert places == sorted(places)
    (pace,) = [variable for variable in root.iter(f"{DDI}var") if variable.get("name") == "tc_pace_1"]
    missing = [c.findtext(f"{DDI}catValu") for c in pace.iterfind(f"{DDI}catgry") if c.get("missing") == "Y"]
    assert missing == ["-96", "-97", "-98", "-99"]
    assert pace.findtext(f"{DDI}concept") == "tc_pace"


def test_paper_shows_no_ids_and_says_routes_in_words(questionnaire, tmp_path):
    mapping, files = exported(questionnaire, "printable", tmp_path)
    assert [file.suffix for file in files] == [".html", ".docx", ".pdf"] * 2
    page = files[0].read_text(encoding="utf-8")
    assert not [one.id for one in mapping.questions if "_" in one.id and one.id in page]
    assert "Only if your answer to question 1 was: “In operation: in regular use”" in page
    assert "DRAFT TRANSLATION" in files[3].read_text(encoding="utf-8") and "DRAFT" not in page
    assert files[2].read_bytes().startswith(b"%PDF") and files[1].read_bytes().startswith(b"PK")


def test_without_the_extra_the_page_is_written_and_the_rest_told(monkeypatch, tmp_path):
    monkeypatch.setattr(printable, "find_spec", lambda name: None)
    with pytest.warns(DataWarning, match=r"python-docx and typst.*mlbc-stats\[paper\]"):
        made = survey.export("marker", "printable", tmp_path)
    assert [file.name for file in made.files] == ["marker_printable_en.html"]
