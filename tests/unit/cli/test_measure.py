"""`mlbc measure`: the page, the tables, what is said on the terminal, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from mlbc_stats import survey
from mlbc_stats.cli.app import app

HS = Path(__file__).parents[2] / "reference" / "data" / "HolzingerSwineford1939.csv"
MODEL = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["measure", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.stdout, done.stderr


def test_a_page_with_its_tables_and_figures(tmp_path: Path) -> None:
    code, out, said = run(HS, "--model", MODEL, "--resamples", 50, "--output", tmp_path / "out")
    assert code == 0, said
    assert "criteria not met" in out and "suggest 3 factors" in out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for title in (
        "Internal consistency",
        "Scree plot",
        "Standardized loadings",
        "Constructs at a glance",
        "visual",
    ):
        assert title in page, title
    assert "doi:10.1177/1094428120968614" in page
    loadings = pd.read_csv(tmp_path / "out" / "tables" / "model_loadings.csv")
    assert loadings["loading"].round(2).tolist()[:3] == [0.77, 0.42, 0.58]
    pairs = pd.read_csv(tmp_path / "out" / "tables" / "constructs_discriminant.csv")
    assert len(pairs) == 3 and set(pairs["problem"]) == {"none"}
    assert (tmp_path / "out" / "figures" / "factors_scree.svg").exists()
    record = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert record["kind"] == "measurement" and len(record["data_sha256"]) == 64


def test_full_precision_as_json() -> None:
    code, out, _ = run(HS, "--model", MODEL, "--resamples", 50, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["n"] == 301 and len(found["items"]) == 9 and len(found["tests"]) == 6
    (ave,) = (row for row in found["criteria"] if row["quantity"] == "AVE" and row["construct"] == "textual")
    assert ave["holds"] is True and ave["value"] == pytest.approx(0.721, abs=2e-3)


def test_ordinal_items_and_incomplete_ones(tmp_path: Path) -> None:
    table = pd.read_csv(HS)
    names = [f"x{k}" for k in range(1, 10)]
    cut = table[names].apply(lambda column: np.digitize(column, np.quantile(column, [0.3, 0.6, 0.85])))
    cut.to_csv(tmp_path / "graded.csv", index=False)
    code, _, said = run(tmp_path / "graded.csv", "--model", MODEL, "--ordered", "--json")
    assert code == 0 and "simulated for continuous items" in said
    gaps = table[names].mask(np.random.default_rng(1).uniform(size=(301, 9)) < 0.05)
    gaps.to_csv(tmp_path / "gaps.csv", index=False)
    code, out, said = run(
        *(tmp_path / "gaps.csv", "--model", MODEL, "--missing", "fiml", "--estimator", "MLR"),
        *("--resamples", 20, "--json"),
    )
    assert code == 0, said
    assert json.loads(out)["htmt"][0]["n"] == 301


@pytest.mark.slow
def test_answers_to_an_instrument(tmp_path: Path) -> None:
    answers = survey.write(survey.simulate(survey.pilot_population(), n=300, seed=3), tmp_path / "a.csv")
    code, out, said = run(
        answers, "--instrument", "mlbc_alignment", "--resamples", 20, "--output", tmp_path / "out"
    )
    assert code in (0, 1), said
    assert "SYNTHETIC" in out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page and "Dependence on pace" in page


def test_what_is_degenerate_is_said_and_the_rest_is_there(tmp_path: Path) -> None:
    table = pd.read_csv(HS).assign(x9=3.0)
    table.to_csv(tmp_path / "constant.csv", index=False)
    code, out, said = run(tmp_path / "constant.csv", "--model", MODEL, "--resamples", 20)
    assert code == 1
    assert "x9" in said and "no measurement model" in said and "textual" in out
    table.assign(x9=np.nan).to_csv(tmp_path / "empty.csv", index=False)
    code, _, said = run(tmp_path / "empty.csv", "--model", MODEL, "--resamples", 20)
    assert code in (1, 2) and "x9" in said


def test_refusals(tmp_path: Path) -> None:
    assert run(HS)[0] == 2
    assert "one of them" in run(HS, "--model", MODEL, "--instrument", "mlbc_alignment")[2]
    code, _, said = run(HS, "--model", "y ~ x1")
    assert code == 2 and "measures nothing" in said
    (tmp_path / "one.csv").write_text("x1,x2,x3\n1,2,3\n", encoding="utf-8")
    code, _, said = run(tmp_path / "one.csv", "--model", "f =~ x1 + x2 + x3")
    assert code == 2 and "one.csv: 1 case; to measure takes several" in said
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    code, _, said = run(HS, "--model", MODEL, "--output", tmp_path)
    assert code == 2 and (tmp_path / "mine.txt").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--marker", "rain", "--marker rain is no factor of the model; it has visual, textual, speed"),
        ("--estimator", "MLX", "--estimator MLX is not known; use one of ML, "),
        ("--missing", "fimm", "--missing fimm is not known; use one of listwise, "),
    ],
)
def test_a_misspelt_name_is_refused(option: str, value: str, said: str) -> None:
    code, _, told = run(HS, "--model", MODEL, option, value)
    assert code == 2 and said in told


def test_text_among_items_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "text.csv").write_text("a,b,c\n1,2,3\n2,often,1\n", encoding="utf-8")
    code, _, told = run(tmp_path / "text.csv", "--model", "f =~ a + b + c")
    assert code == 2 and "text.csv: column 'b' should hold numbers but has line 3 'often'" in told
