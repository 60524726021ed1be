"""`mlbc reliability`: one scale, ordinal items, a measurement model, and what it says against them."""

import json

import pandas as pd
import pytest

from mlbc_stats.resources import PACKAGE

HS = PACKAGE.parent / "tests" / "reference" / "data" / "HolzingerSwineford1939.csv"
ORD4 = HS.with_name("HS_ord4.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


def test_reliability_of_ordinal_items(run):
    one = json.loads(run("reliability", ORD4, "--items", "x1,x2,x3", "--ordered", "--json").stdout)
    assert one["ordinal_alpha"]["alpha"] == pytest.approx(0.614883, abs=1e-5)
    assert one["ordinal_omega"]["n"] == 301
    words = run("reliability", ORD4, "--items", "x1,x2,x3", "--ordered").output
    assert "which nobody observes" in words
    model = json.loads(run("reliability", ORD4, "--model", MODEL, "--ordered", "--json").stdout)
    assert model["constructs"][0]["omega"] == pytest.approx(0.564286, abs=1e-5)


def test_reliability_of_one_scale_and_of_a_model(run):
    one = json.loads(run("reliability", HS, "--items", "x1,x2,x3", "--json").stdout)
    assert one["alpha"]["alpha"] == pytest.approx(0.6261171, abs=1e-6)
    several = json.loads(run("reliability", HS, "--model", MODEL, "--json").stdout)
    assert [row["construct"] for row in several["constructs"]] == ["visual", "textual", "speed"]
    assert "α" in run("reliability", HS, "--items", "x1,x2,x3").stdout
    assert "not both" in run("reliability", HS, "--items", "x1", "--model", MODEL, code=2).output


def test_an_item_that_was_not_turned_is_pointed_at(run, tmp_path):
    path = tmp_path / "turned.csv"
    frame = pd.read_csv(HS)[["x4", "x5", "x6"]]
    frame.assign(x5=-frame["x5"]).to_csv(path, index=False)
    done = run("reliability", path, code=1)
    assert "x5 runs against x4, x6; first reverse" in done.stderr and "Items" in done.stdout


def test_reliability_shows_bounds_advice_errors_of_scores_and_bootstrap_intervals(run):
    done = run("reliability", HS, "--items", "x4,x5,x6,x9", "--bootstrap", "50", "--seed", "1")
    assert "greatest lower bound" in done.stdout and "bca" in done.stdout
    assert "Equal loadings are rejected" in done.stderr and "Standard error of measurement" in done.stderr
    record = json.loads(run("reliability", HS, "--items", "x4,x5,x6,x9", "--json").stdout)
    assert record["tau"]["choice"] == "omega" and record["withheld"] == {}
    assert [row["model"] for row in record["tau"]["models"]] == ["congeneric", "tau-equivalent", "parallel"]
    assert {row["coefficient"] for row in record["coefficients"]} >= {"alpha", "omega", "glb"}
    refused = run("reliability", HS, "--items", "x1,x2", "--ordered", "--bootstrap", "50", code=2)
    assert "without --model and --ordered" in refused.output


@pytest.mark.slow
def test_omega_is_withheld_with_its_reason_and_alpha_is_printed(run, tmp_path):
    path = tmp_path / "five.csv"
    path.write_text("q1,q2,q3,q4\n1,2,3,2\n2,3,2,4\n4,4,5,3\n5,4,4,5\n3,1,2,2\n", encoding="utf-8")
    done = run("reliability", path, code=1)
    assert ".855" in done.stdout and "Items" in done.stdout
    assert "ω is withheld: a one-factor model of q1, q2, q3, q4 did not converge" in done.stderr
    assert "item1" not in done.output
    assert json.loads(run("reliability", path, "--json", code=1).stdout)["omega"] is None
