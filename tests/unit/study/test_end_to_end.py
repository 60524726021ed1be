"""From the instrument to the report by the command line alone, on answers drawn for the occasion."""

import json
import re

import pytest
from typer.testing import CliRunner

from mlbc_stats import study, survey, theory
from mlbc_stats.cli.app import app
from mlbc_stats.errors import StudyError
from mlbc_stats.report.tables.table import Table

pytestmark = pytest.mark.slow

STUDY = (
    "kind: study\ntitle: A trial\nrobustness: false\nsecond_opinion: false\nresamples: 100\noutput: results\n"
)
STAGES = [
    *(
        "verdicts",
        "sample",
        "reliability",
        "dimensionality",
        "measurement",
        "constructs",
        "invariance",
        "method",
    ),
    *("structure", "robustness", "opinion", "evidence", "words", "checklist"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study run once: instrument checked, answers simulated, read and screened, study run."""
    place = tmp_path_factory.mktemp("study")
    (place / "study.yaml").write_text(STUDY, encoding="utf-8")
    commands = [
        ["instruments", "check", "mlbc_alignment"],
        ["responses", "simulate", "--n", "320", "--seed", "11", "--output", str(place / "answers.csv")],
        ["responses", "screen", str(place / "answers.csv")],
        ["study", "run", str(place / "study.yaml"), "--responses", str(place / "answers.csv")],
    ]
    runner = CliRunner()
    for command in commands:
        done = runner.invoke(app, command, env={"SOURCE_DATE_EPOCH": "1700000000"})
        assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "results" / "report.html").read_text(encoding="utf-8")


def test_every_table_figure_and_page_bears_the_stamp(folder, page):
    assert re.search(r"<title>\W*SYNTHETIC", page)
    parts = page.split("<figure ")[1:]
    assert len(parts) > 20
    for part in parts:
        caption = part.partition("</figcaption>")[0]
        real = "Real data" in part.partition("</figure>")[0]
        assert ("SYNTHETIC" in caption) is not real, caption
    assert sum("Real data" in part for part in parts) == 3
    drawings = {path.stem for path in (folder / "results" / "figures").glob("*.svg")}
    assert drawings == {path.stem for path in (folder / "results" / "figures").glob("*.png")}
    for svg in (folder / "results" / "figures").glob("*.svg"):
        assert "SYNTHETIC" in svg.read_text(encoding="utf-8"), svg.name
    for csv in (folder / "results" / "tables").glob("*.csv"):
        stamped = "SYNTHETIC" in csv.read_text(encoding="utf-8")
        assert stamped is not csv.name.startswith("evidence"), csv.name


def test_the_page_is_complete_and_loads_nothing(page):
    for title in (
        "Coded evidence",
        "Sample and screening",
        "Scales and items",
        "Measurement model",
        "Verdicts",
    ):
        assert title in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "viewport" in page


def test_the_opening_says_gates_and_verdicts_with_their_numbers(page):
    opening = page[page.index('<h2 id="in-short">') : page.index('<h2 id="verdicts">')]
    assert re.search(r"All \d+ gates are open", opening)
    assert re.search(r"M1 supported: Solutions with more .*? −0\.\d\d, [\d.]+% CI \[", opening)
    assert "Embracing data work → Sensitivity to the task" in opening


def test_ids_stand_beside_their_names_in_every_table(page):
    names = survey.load_instrument("mlbc_alignment")
    known = {*names.construct_ids, *(item.id for item in names.items)}
    bare = re.findall(r'<th scope="row"[^>]*>(\w+)</th>', page)
    assert not known & set(bare)


def test_results_hold_every_stage_and_no_number_that_json_does_not_know(folder):
    results = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
    assert list(results["stages"]) == STAGES
    assert results["synthetic"] is True
    verdicts = results["stages"]["verdicts"]["tables"]["verdicts"]
    undecidable = results["stages"]["verdicts"]["tables"]["undecidable"]
    told = {row[0] for table in (verdicts, undecidable) for row in table["rows"]}
    assert told == set(theory.load_propositions().ids)
    assert verdicts["synthetic"] is True
    assert results["stages"]["evidence"]["tables"]["cooccurrence"]["synthetic"] is False


def test_reviewers_find_most_of_what_they_look_for(folder):
    """Readable off the report: said in its tables, or why it does not apply."""
    results = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
    points = results["stages"]["checklist"]["tables"]["points"]
    place = points["columns"].index("state")
    states = [row[place] for row in points["rows"]]
    assert len(states) == 52
    assert sum(state in ("reported", "not applicable") for state in states) >= 35
    assert all(row[-1] or row[place] in ("reported", "not applicable") for row in points["rows"])


def test_tables_that_a_reviewer_opens_first_are_there(folder):
    results = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
    wanted = {
        "sample": {"flow", "screening", "completion", "profile", "missing", "missing_patterns", "nesting"},
        "reliability": {"descriptives", "scales", "constructs", "items", "shape"},
        "measurement": {"fit", "rivals", "loadings", "discriminant", "htmt", "residuals", "modification"},
        "dimensionality": {"rules", "scales"},
        "constructs": {
            "conventions",
            "overview",
            "criteria_tc_pace",
            "cross_loadings",
            "second_order",
            "nomological",
        },
        "method": {
            "method_factor",
            "collinearity",
            "method_detectable",
            "marker_models",
            "marker_comparisons",
            "marker_reliability",
            "marker_adjusted",
        },
        "structure": {"fit", "S1_paths", "rsquare", "effects", "residuals", "modification"},
        "checklist": {"points", "questions"},
    }
    for stage, tables in wanted.items():
        assert tables <= set(results["stages"][stage]["tables"]), stage
    assert (folder / "results" / "figures" / "sample_flow.svg").exists()
    assert (folder / "results" / "tables" / "measurement_discriminant_all.csv").exists()


def test_the_manifest_says_what_was_used(folder):
    manifest = json.loads((folder / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["synthetic"] is True
    assert manifest["date"] == "2023-11-14T22:13:20+00:00"
    assert manifest["data"][0]["file"] == "answers.csv"
    assert len(manifest["data"][0]["sha256"]) == 64
    assert {entry["id"] for entry in manifest["instruments"]} >= {"mlbc_alignment", "context", "marker"}
    assert {"numpy", "semopy", "mlbc-stats"} <= set(manifest["packages"])
    written = {path.relative_to(folder / "results").as_posix() for path in (folder / "results").rglob("*.*")}
    assert written == {*manifest["files"], "manifest.json"}
    assert "models/S1.lav" in written


def test_the_input_is_left_as_it_was_and_nothing_is_left_beside_it(folder):
    assert sorted(path.name for path in folder.iterdir()) == ["answers.csv", "results", "study.yaml"]


def test_theory_and_model_files_of_the_study_work_alone(folder):
    done = CliRunner().invoke(app, ["theory", "test", str(folder / "answers.csv"), "M5r", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["synthetic"] is True
    assert found["verdicts"][0]["proposition"] == "M5r"
    assert "95 % interval" in found["decision_rule"]["single"]


def test_a_folder_of_somebody_else_is_refused_before_any_work(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "thesis.txt").write_text("mine")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    done = CliRunner().invoke(app, ["study", "run", str(tmp_path / "study.yaml")])
    assert done.exit_code == 2
    assert "no study wrote" in done.output
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["thesis.txt"]


def test_one_stage_alone_is_saved_below_the_output(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = study.run_stage("evidence", study.Study())
    assert seen.folder.parts[-3:] == ("build", "stages", "evidence")
    assert (tmp_path / "build" / "stages" / "evidence" / "report.html").is_file()
    assert isinstance(seen.stage("evidence").tables[0], Table)
    assert seen.verdicts is None
    with pytest.raises(StudyError, match="no stage 'sample'"):
        seen.stage("sample")


def test_missing_responses_are_named(tmp_path):
    chosen = study.with_responses(study.load_study(), tmp_path / "nowhere.csv")
    with pytest.raises(StudyError, match=r"nowhere\.csv: no such file of responses"):
        study.run_study(chosen)


def test_what_few_answers_cannot_carry_is_said_and_the_rest_is_shown(tmp_path):
    answers = tmp_path / "few.csv"
    survey.write(survey.simulate(survey.pilot_population().clean(), n=30, seed=1), answers)
    chosen = study.with_responses(
        study.Study(robustness=False, resamples=100, output=str(tmp_path / "out")), answers
    )
    seen = study.run_study(chosen)
    assert not seen.trustworthy
    assert {"flow", "screening", "profile"} <= {table.identifier for table in seen.stage("sample").tables}
    assert re.search(r"S1 cannot be fitted: 30 cases for \d+ variables", seen.stage("verdicts").problems[0])
    (lost,) = (table for table in seen.stage("verdicts").tables if table.identifier == "undecidable")
    assert {"M1", "M4", "M12"} <= set(lost.columns[0])
    page = (seen.folder / "report.html").read_text(encoding="utf-8")
    assert "Not to be trusted" in page
    assert seen.summary()["trustworthy"] is False


def test_progress_names_each_step_once(tmp_path, monkeypatch):
    from mlbc_stats.study import run

    stages = {name: run.STAGES[name] for name in ("evidence",)}
    monkeypatch.setattr(run, "STAGES", stages)
    monkeypatch.chdir(tmp_path)
    steps = []
    run.run_study(study.Study(), progress=lambda *step: steps.append(step))
    assert steps == [("reading", 0, 3), ("evidence", 1, 3), ("writing", 2, 3), ("done", 3, 3)]


def test_scales_of_a_small_sample_keep_their_reliability(tmp_path):
    """Thirty answers cannot carry the joint model of all items, but each scale by itself."""
    path = tmp_path / "small.csv"
    survey.write(survey.simulate(survey.pilot_population(), n=30, seed=3), path)
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    chosen = study.with_responses(study.load_study(tmp_path / "study.yaml"), path)
    stage = study.run_stage("reliability", chosen).stage("reliability")
    tables = {table.identifier: table for table in stage.tables}
    assert list(tables) == ["descriptives", "scales", "behind_alpha", "items", "shape"]
    assert all(value is not None for value in tables["scales"].columns[6])
    assert "Not available" in tables["shape"].notes[0]
    assert len(stage.problems) == 1 and "cases for" in stage.problems[0]
