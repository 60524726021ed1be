"""`mlbc irt`: tables, JSON, and the exit code of a model that did not converge."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = np.random.default_rng(1)
    theta = rng.normal(size=(300, 1))
    x = np.digitize(1.5 * theta + rng.logistic(size=(300, 4)), [-1, 1])
    path = tmp_path_factory.mktemp("irt") / "data.csv"
    pd.DataFrame(x, columns=[f"q{j}" for j in range(1, 5)]).assign(q5=x[:, 0], q6=x[:, 0]).to_csv(
        path, index=False
    )
    return path


def test_items_their_fit_and_scalability_are_printed(run, file):
    done = run("irt", str(file), "--items", "q1,q2,q3,q4")
    assert "Items of the model graded, n = 300" in done.stdout
    assert "S-X²" in done.stdout and "Scalability, H = " in done.stdout


def test_json_holds_the_numbers(run, file):
    told = json.loads(run("irt", str(file), "--items", "q1,q2,q3,q4", "--model", "gpcm", "--json").stdout)
    assert told["converged"] and told["model"] == "gpcm"
    assert len(told["parameters"]) == 12 and 0 < told["h"] < 1
    assert {row["item"] for row in told["item_fit"]} == {"q1", "q2", "q3", "q4"}


def test_items_that_separate_the_cases_are_not_trusted(run, file):
    done = run("irt", str(file), code=1)
    assert "runs away" in done.stderr


def test_an_unknown_model_is_refused(run, file):
    assert "graded" in run("irt", str(file), "--model", "graeded", code=2).stderr


def test_without_complete_cases_the_model_stands_alone(run, tmp_path):
    rng = np.random.default_rng(2)
    theta = rng.normal(size=(400, 1))
    x = np.digitize(1.5 * theta + rng.logistic(size=(400, 4)), [-1, 1]).astype(float)
    x[np.arange(400), np.arange(400) % 4] = np.nan
    pd.DataFrame(x, columns=list("abcd")).to_csv(tmp_path / "planned.csv", index=False)
    done = run("irt", str(tmp_path / "planned.csv"))
    assert "Items of the model graded, n = 400" in done.stdout and "Scalability" not in done.stdout
    assert "no scalability: too few cases answered each of a, b, c, d: 0" in done.stderr
    assert "no fit of items" in done.stderr
    assert json.loads(run("irt", str(tmp_path / "planned.csv"), "--json").stdout)["h"] is None


def test_text_among_answers_names_file_and_line(run, tmp_path):
    (tmp_path / "text.csv").write_text("a,b\n1,2\n2,often\n", encoding="utf-8")
    assert (
        "text.csv: column 'b' should hold numbers but has line 3 'often'"
        in run("irt", str(tmp_path / "text.csv"), code=2).stderr
    )


def test_one_case_and_a_bound_that_is_none_are_refused(run, file, tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "too few rows with an answer to a, b: 1" in run("irt", str(tmp_path / "one.csv"), code=2).stderr
    run("irt", str(file), "--lower-bound", "7", code=2)


def test_no_items_are_refused_and_runaway_slopes_stand_below_the_table(run, file):
    assert "names nothing" in run("irt", str(file), "--items", "", code=2).stderr
    assert "runs away" in run("irt", str(file), "--items", "q1,q2,q5,q6", code=1).stdout.replace("\n", " ")
