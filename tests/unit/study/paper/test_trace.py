"""A number of the manuscript leads back to file, task, data and items."""

import json

import pytest
from typer.testing import CliRunner

from mlbc_stats import study
from mlbc_stats.cli.app import app
from mlbc_stats.errors import StudyError


@pytest.fixture
def paper(place):
    source = place / "paper" / "paper.md.in"
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace("draws.", 'draws, {{ results.structure.paths["aln_state ~ TC"]["est"] | short }}.')
    )
    study.build_paper(place / "paper")
    return place / "paper"


def test_a_number_leads_to_its_cell_file_and_data(paper):
    (found,) = study.trace_back(".998", paper)
    assert (found.place, found.row, found.column) == ("structure/fit", "S1", "CFI")
    assert found.value == "0.99812" and found.file == "tables/structure_fit.csv"
    assert len(found.sha256) == 64 and found.unchanged and found.task == "structure"
    assert found.data == (("pilot.csv", "ab" * 32),)


def test_a_coefficient_leads_to_the_items_of_its_constructs(paper):
    (found,) = study.trace_back("-0.46", paper)
    ids = [name for name, _ in found.items]
    assert "aln_state_1" in ids and "tc_pace_1" in ids and "cs_task_1" not in ids
    assert found.items[0][1].endswith(".")


@pytest.mark.parametrize("what", ["Table 1", "table 1", "structure/fit"])
def test_an_exhibit_is_found_by_label_and_by_place(paper, what):
    (found,) = study.trace_back(what, paper)
    assert found.shown.startswith("Table 1. Fit of") and found.file == "tables/structure_fit.csv"


def test_what_is_not_there_is_told_with_what_is(paper):
    with pytest.raises(StudyError, match=r"'\.123'.*Table 1, Figure 1"):
        study.trace_back(".123", paper)


def test_a_file_changed_by_hand_is_told(paper):
    path = paper.parent / "build" / "tables" / "structure_fit.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["trace", ".998", "--paper", str(paper)])
    assert done.exit_code == 1 and "CHANGED since the run" in done.output


def test_the_command_prints_the_way_back(paper):
    done = CliRunner().invoke(app, ["trace", "--paper", str(paper), "--", "-0.46"])
    assert done.exit_code == 0, done.output
    for part in ("result: structure/paths, row aln_state ~ TC", "data: pilot.csv", "item: ", "more items"):
        assert part in done.output
    listed = CliRunner().invoke(app, ["trace", "Table 1", "--paper", str(paper), "--json"])
    assert json.loads(listed.stdout)[0]["place"] == "structure/fit"


def test_an_unbuilt_paper_says_what_to_do(place):
    with pytest.raises(StudyError, match="build the paper first"):
        study.trace_back(".998", place / "paper")


def test_the_crate_describes_every_file_and_the_run(place):
    graph = json.loads((place / "build" / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    by_id = {entry["@id"]: entry for entry in graph}
    manifest = json.loads((place / "build" / "manifest.json").read_text(encoding="utf-8"))
    listed = {part["@id"] for part in by_id["./"]["hasPart"]}
    assert listed == set(manifest["files"]) - {"ro-crate-metadata.json"}
    assert listed <= set(by_id)
    assert by_id["./"]["description"].startswith("SYNTHETIC")
    assert by_id["#run"]["object"] == [{"@id": "#pilot.csv"}]
    assert by_id["#pilot.csv"]["identifier"] == f"sha256:{'ab' * 32}"


def test_the_checklist_and_the_standards_are_printed_from_results(place):
    runner, results = CliRunner(), ["--results", str(place / "build")]
    whole = runner.invoke(app, ["study", "checklist", *results, "--json"])
    assert whole.exit_code == 0, whole.output
    assert len(json.loads(whole.stdout)) == 52
    missing = json.loads(
        runner.invoke(
            app, ["study", "checklist", *results, "--standard", "jars", "--missing", "--json"]
        ).stdout
    )
    assert {row["state"] for row in missing} == {"not reported"}
    assert all(row["where, or what to do"] for row in missing)
    shown = runner.invoke(app, ["study", "checklist", *results, "--standard", "dcas"])
    assert "Data availability statement" in shown.output.replace("\n", " ") or "Data" in shown.output
