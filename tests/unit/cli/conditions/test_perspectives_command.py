"""`mlbc perspectives`: the verdict of the library, what it asks of the data, a figure and a folder."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import perspectives


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    a, b, e = np.random.default_rng(1).normal(size=(3, 200))
    path = tmp_path_factory.mktemp("perspectives") / "data.csv"
    pd.DataFrame({"a": a, "b": b, "y": e - 0.5 * (a - b) ** 2}).to_csv(path, index=False)
    return path


def test_verdict_figure_and_folder(run, file, tmp_path):
    given = (
        "perspectives",
        file,
        "--x",
        "a,b",
        "--y",
        "y",
        "--perspective",
        "matching",
        "--bootstrap",
        "200",
    )
    done = run(*given, "--figure", tmp_path / "s.svg", "-o", tmp_path / "out")
    assert (
        "y is highest where a and b agree, n = 200" in done.stdout and "asks: both predictors" in done.stdout
    )
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "verdict.csv",
        "parts.csv",
        "matching.svg",
        "manifest.json",
    }
    told = json.loads(run(*given, "--json").stdout)
    here = perspectives.fit(pd.read_csv(file), "y", ["a", "b"], "matching", bootstrap=200)
    assert told["estimate"] == pytest.approx(here.quantity.estimate) and told["verdict"] == here.verdict
    assert told["quantity"] == "a4" and told["synthetic"] is None


def test_scores_that_nobody_gave_stay_marked(run, answers):
    given = ("--x", "FTC,TC", "--y", "aln_state", "--perspective", "moderation")
    assert "SYNTHETIC" in run("perspectives", answers, "-i", "mlbc_alignment", *given).stdout


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--x", "a,b", "--perspective", "matchin"), "did you mean 'matching'"),
        (("--x", "a,q", "--perspective", "matching"), "q"),
        (("--x", "a,b", "--perspective", "profile_deviation", "--ideal", "a"), "column=value"),
        (("--x", "a,b", "--perspective", "profile_deviation", "--ideal", "a=x"), "column=value"),
    ],
)
def test_what_is_wrong_is_told(run, file, given, message):
    said = run("perspectives", file, "--y", "y", *given, code=2).stderr
    assert message in " ".join(said.replace("│", " ").split())
