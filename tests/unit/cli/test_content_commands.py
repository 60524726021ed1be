"""`mlbc content`: forms go out, reports come back, and every ending has its code."""

from __future__ import annotations

import json
from functools import partial

import pytest

from tests.examples.demo_files import DEMO
from tests.examples.filled_forms import fill


@pytest.fixture
def run(run):
    return partial(run, "content")


@pytest.fixture
def forms(run, tmp_path):
    folder = tmp_path / "forms"
    run("form", DEMO, "--kind", "relevance", "--judges", 6, "--output", folder)
    for path in folder.glob("*.xlsx"):
        fill(path)
    return folder


@pytest.mark.parametrize("command", ["form", "report"])
def test_help_shows_examples(run, command):
    output = run(command, "--help").stdout
    assert f"mlbc content {command}" in output.partition("Usage")[2].partition("\n\n")[2]


def test_the_group_shows_its_help_when_called_alone(run):
    assert "Commands" in run(code=2).output


def test_from_forms_to_decisions(run, forms, tmp_path):
    text = run("report", forms, "--instrument", DEMO, "--output", tmp_path / "report.html").stdout
    assert "Decisions on items" in text and "Items at a glance" in text
    assert "SYNTHETIC" not in text
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Content validity" in page and "doi 10.1002/nur.20199" in page
    found = json.loads(run("report", forms, "-i", DEMO, "--json").stdout)
    assert [row["decision"] for row in found["decisions"]] == ["keep"] * 6
    assert found["judges"] == [f"J0{place}" for place in range(1, 7)]
    row = next(row for row in found["indices"] if row["index"] == "κ*")
    assert row["threshold"] == 0.6 and row["met"] is True and row["source"]


def test_files_can_be_named_one_by_one(run, forms):
    files = sorted(forms.glob("*.xlsx"))[:3]
    found = json.loads(run("report", *files, "-i", DEMO, "--json").stdout)
    assert len(found["judges"]) == 3


def test_two_judges_end_with_code_1_and_still_report(run, forms):
    files = sorted(forms.glob("*.xlsx"))[:2]
    done = run("report", *files, "-i", DEMO, code=1)
    assert "Decisions on items" in done.stdout
    assert "fewer than three judges" in done.stderr


def test_what_is_written_can_be_listed(run, tmp_path):
    done = run("form", DEMO, "-k", "sort", "-j", "anna, ben", "-o", tmp_path, "--json")
    found = json.loads(done.stdout)
    assert [path.rpartition("_")[2] for path in found["files"]] == ["anna.xlsx", "ben.xlsx"]
    assert found["answers"] == 6 and found["form"].startswith("sort/demo/1.0.0/en/")
    assert {row["item"] for row in found["codes"]} == {
        f"{part}_{i}" for part in ("day", "night") for i in (1, 2, 3)
    }


def test_a_form_that_tires_is_warned_about(run, tmp_path):
    done = run("form", "mlbc_alignment", "--kind", "rating", "--judges", 1, "-o", tmp_path)
    assert "answers a judge are many" in done.stderr


def test_nothing_is_overwritten_unasked(run, forms, tmp_path):
    again = ("form", DEMO, "--kind", "relevance", "--judges", 6, "--output", forms)
    assert "exists already" in run(*again, code=2).output
    run(*again, "--force")
    page = tmp_path / "page.html"
    page.write_text("mine", encoding="utf-8")
    assert "exists already" in run("report", forms, "-i", DEMO, "-o", page, code=2).output
    assert page.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("form", DEMO, "--kind", "poll"), "expected one of rating, relevance, sort"),
        (("form", DEMO, "--judges", ","), "expected a number, or codes"),
        (("form", DEMO, "--judges", "0"), "1 to 500"),
        (("form", DEMO, "--construct", "nothing"), "no construct 'nothing'"),
        (("form", DEMO, "--ask", "beauty"), "not for 'beauty'"),
        (("form", "nowhere"), "no instrument 'nowhere'"),
        (("report", "nowhere"), "no such file or folder"),
        (("report", "."), "holds no workbook"),
    ],
)
def test_bad_input_says_what_is_wrong(run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert message in run(*arguments, code=2).output
    assert list(tmp_path.iterdir()) == []


def test_a_blank_folder_of_forms_is_bad_input(run, tmp_path):
    run("form", DEMO, "-k", "sort", "-j", 3, "-o", tmp_path)
    done = run("report", tmp_path, "-i", DEMO, code=2)
    assert "no judge answered anything" in done.output
