"""A study hands on evidence from real answers, on request, and from made-up ones never."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from mlbc_stats import reliability, study, survey
from mlbc_stats.cli.app import app
from mlbc_stats.study import evidence_file as ledger
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.stages.shared.measurement_model import measurement_fit
from mlbc_stats.study.stages.shared.verdicts import theory_of
from mlbc_stats.survey.loading.evidence import read_evidence
from mlbc_stats.theory.verdicts.gates import solution_gate

N, SEED = 320, 11


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Made-up answers that do not say so: the one way to try the path of real ones."""
    folder = tmp_path_factory.mktemp("answers")
    made_up = survey.write(survey.simulate(survey.pilot_population(), n=N, seed=SEED), folder / "made_up.csv")
    lines = made_up.read_text(encoding="utf-8").splitlines()
    assert all(line.startswith(("synthetic,", "SYNTHETIC,")) for line in lines)
    (folder / "real.csv").write_text("\n".join(line.partition(",")[2] for line in lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def material(answers):
    return open_study(study.with_responses(study.load_study(), answers / "real.csv"))


@pytest.fixture(scope="module")
def found(material, tmp_path_factory):
    path = tmp_path_factory.mktemp("evidence") / "evidence.yaml"
    path.write_text(ledger.evidence_text(material, "2026-11-25"), encoding="utf-8")
    return path


def test_synthetic_answers_give_no_evidence(answers, tmp_path):
    done = CliRunner().invoke(
        app,
        [
            "study",
            "run",
            "--responses",
            str(answers / "made_up.csv"),
            "--output",
            str(tmp_path / "out"),
            "--evidence",
        ],
    )
    assert done.exit_code == 2
    assert "the data are synthetic, so no evidence is written" in done.output
    assert not (tmp_path / "out").exists()


def test_the_numbers_are_those_of_the_analysis(material, found):
    rows = {(row.construct, row.statistic): row for row in read_evidence(found).evidence}
    items = [item.id for item in material.instrument.items_of("tc_pace")]
    alpha = reliability.alpha(material.units, items)
    row = rows["tc_pace", "alpha"]
    assert (row.value, row.lower, row.upper, row.n) == (alpha.alpha, alpha.ci_lower, alpha.ci_upper, alpha.n)
    assert not solution_gate("measurement", measurement_fit(material)).closed
    summary = reliability.summary(measurement_fit(material))
    assert rows["cs_org", "average variance extracted"].value == summary.constructs.loc["cs_org", "ave"]
    path = theory_of(material).verdict("M1").coefficients[0]
    row = rows["TC", "standardized path to aln_state (M1)"]
    assert (row.value, row.lower, row.upper, row.level) == (path.estimate, path.lower, path.upper, path.level)
    assert {row.property for row in rows.values()} == {
        "reliability",
        "convergent",
        "structure",
        "discriminant",
        "nomological",
    }
    assert all(row.date == "2026-11-25" and row.n <= N for row in rows.values())


def test_the_instrument_shows_them(found):
    runner = CliRunner()
    plain = runner.invoke(app, ["instruments", "show", "mlbc_alignment"])
    assert "evidence: none" in plain.output
    shown = runner.invoke(app, ["instruments", "show", "mlbc_alignment", "--evidence", str(found)])
    assert shown.exit_code == 0 and "average variance extracted" in shown.output


def test_evidence_is_written_only_when_asked_for(answers, monkeypatch):
    """The stages are left out: what they give is tested elsewhere."""
    chosen = study.with_responses(study.load_study(), answers / "real.csv")
    monkeypatch.setattr("mlbc_stats.study.run.STAGES", {})
    monkeypatch.setattr("mlbc_stats.study.run.evidence_text", lambda material, date: f"date: {date}\n")
    for asked in (False, True):
        study.run_study(replace(chosen, evidence=asked, output=str(answers / "out")))
        assert (answers / "out" / "evidence.yaml").is_file() is asked
