"""The section on robustness: tables, curves, a file with every estimate, and its absence when left out."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from mlbc_stats import study, survey
from mlbc_stats.cli.app import app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("robust")
    path = folder / "answers.csv"
    survey.write(survey.simulate(survey.pilot_population(), n=220, seed=4), path)
    made = study.with_responses(study.load_study(), path)
    return replace(made, propositions=("M5r", "M8b"), output=str(folder / "out"))


def test_the_stage_has_all_coefficients_all_estimates_and_a_curve_each(chosen, monkeypatch):
    monkeypatch.setattr("mlbc_stats.theory.specifications.running.ESTIMATORS", ("MLR", "ML"))
    seen = study.run_stage("robustness", chosen)
    stage = seen.stage("robustness")
    assert [table.identifier for table in stage.tables] == ["coefficients", "estimates"]
    assert len(stage.tables[0].rows()) == 2
    assert len(stage.tables[1].rows()) == 16
    assert [figure.identifier for figure in stage.figures] == ["M5r", "M8b"]
    assert all(figure.description.startswith("SYNTHETIC") or figure.synthetic for figure in stage.figures)
    assert "16 specifications" in stage.short
    written = (seen.folder / "tables" / "robustness_specifications.csv").read_text(encoding="utf-8")
    assert written.count("SYNTHETIC") == 32
    assert (seen.folder / "figures" / "robustness_M5r.png").is_file()


def test_a_study_can_leave_it_out(chosen):
    stage = study.run_stage("robustness", replace(chosen, robustness=False)).stage("robustness")
    assert stage.tables == ()
    assert stage.text == ("Left out, as the study asks.",)


def test_the_command_prints_the_summary_and_writes_every_estimate(chosen, tmp_path):
    target = tmp_path / "all.csv"
    done = CliRunner().invoke(
        app,
        ["theory", "robustness", str(chosen.sources[0]), "M5r", "--estimator", "ML", "--output", str(target)],
    )
    assert done.exit_code == 0, done.output
    assert "TC ~ FTC" in done.output and "Controls: att_change, CHG, marker" in done.output
    assert target.read_text(encoding="utf-8").count("\n") == 9
