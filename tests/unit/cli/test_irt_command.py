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
