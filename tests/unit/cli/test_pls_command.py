"""`mlbc pls`: the report of a PLS study on a terminal and as JSON."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.unit.composites.samples import drawn, model
from tests.unit.composites.segments.segment_samples import TEXT, two_segments


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("pls") / "data.csv"
    pd.DataFrame(drawn()).to_csv(path, index=False)
    return path


def test_tables_of_a_pls_study(run, file):
    done = run("pls", model(), file, "--weights", "modeA", "--weights", "fame=modeB")
    for title in ("Paths", "Explained variance", "Constructs", "HTMT", "Effects", "Overall fit", "modeB"):
        assert title in done.stdout, title


def test_bootstrap_and_json(run, file):
    done = run("pls", model(), file, "--bootstrap", "60", "--seed", "3", "--interval", "bc", "--json")
    found = json.loads(done.stdout)
    assert found["resamples"] == 60
    assert {"est", "ci_lower", "f2", "vif"} <= found["paths"][0].keys()
    assert found["specific_indirect_effects"]
    again = run("pls", model(), file, "--bootstrap", "60", "--seed", "3")
    assert "60 resamples, 0 without a solution" in again.stdout


def test_an_inadmissible_solution_ends_with_one(run, tmp_path):
    rng = np.random.default_rng(3)
    x = rng.normal(size=100)
    data = {"a": x + rng.normal(size=100), "c": x, "d": x + rng.normal(size=100)}
    data["b"] = rng.normal(size=100) * 2 - data["a"] + 0.8 * x
    pd.DataFrame(data).to_csv(tmp_path / "bad.csv", index=False)
    done = run("pls", "f =~ a + b; g <~ c + d; g ~ f", tmp_path / "bad.csv", code=1)
    assert "ρ_A" in done.stderr


def test_options_that_are_wrong(run, file):
    assert "construct=value" in run("pls", model(), file, "--dominant", "fame", code=2).stderr
    assert "two kinds" in run("pls", model(), file, "--weights", "unit", "--weights", "pca", code=2).stderr
    assert "--interval" in run("pls", model(), file, "--interval", "bca", code=2).stderr
    assert "--scheme way is unknown" in run("pls", model(), file, "--scheme", "way", code=2).stderr


def test_segments_tetrads_and_predictions_when_asked_for(run, tmp_path):
    pd.DataFrame(two_segments()[0]).to_csv(tmp_path / "two.csv", index=False)
    asked = (
        "--segments",
        "3",
        "--pos",
        "2",
        "--blindfold",
        "7",
        "--predict",
        "1",
        "--exact-fit",
        "20",
        "--json",
    )
    found = json.loads(run("pls", TEXT, tmp_path / "two.csv", "--weights", "unit", *asked).stdout)
    assert found["paths_by_segment_of_the_mixture"] and found["paths_by_segment_of_best_prediction"]
    assert [row["segments"] for row in found["segments_by_finite_mixture"]] == [1, 2, 3]
    assert found["blindfolding"] and found["prediction"] and len(found["exact_fit"]) == 3


def test_tetrads_need_four_indicators(run, file, tmp_path):
    assert "indicators of its own" in run("pls", model(), file, "--tetrads", "20", code=2).stderr
    text = "f <~ fame1 + fame2 + fame3 + care1; stay <~ stay1 + stay2; stay ~ f"
    assert "Tetrads by construct" in run("pls", text, file, "--tetrads", "200").stdout
    assert "Tetrads" in run("pls", model(), file, "--tetrads", "200", "--borrow", "fame=care1").stdout


def test_groups_become_predictors(run, file, tmp_path):
    table = pd.read_csv(file).assign(region=np.resize(["north", "south", "west"], 250))
    table.to_csv(tmp_path / "groups.csv", index=False)
    text = "stay <~ stay1 + stay2; stay ~ region_north + region_west + fame1"
    done = run("pls", text, tmp_path / "groups.csv", "--dummies", "region=south", "--json")
    assert [row["rhs"] for row in json.loads(done.stdout)["paths"]][:2] == ["region_north", "region_west"]
    assert (
        "no group 'east'"
        in run("pls", text, tmp_path / "groups.csv", "--dummies", "region=east", code=2).stderr
    )
