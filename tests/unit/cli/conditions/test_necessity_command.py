"""`mlbc necessity`: the numbers of the library, words for what is not needed, figures, folders, stamps."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import necessity


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = np.random.default_rng(1)
    trust, tools = rng.uniform(1, 7, size=(2, 60))
    frame = pd.DataFrame({"trust": trust, "tools": tools, "success": 1 + (trust - 1) * rng.uniform(size=60)})
    path = tmp_path_factory.mktemp("necessity") / "data.csv"
    frame.to_csv(path, index=False)
    return path


def test_effects_and_bottlenecks_are_printed(run, file):
    done = run("necessity", file, "--x", "trust,tools", "--y", "success", "--permutations", "99")
    assert "Conditions necessary for success, n = 60; p of 99 permutations" in done.stdout
    assert "Bottlenecks by cr_fdh" in done.stdout and "SYNTHETIC" not in done.stdout


def test_json_holds_the_numbers_of_the_library(run, file):
    given = ("--ceilings", "ce_fdh,ce_vrs", "--scope", "trust=0,8", "--permutations", "50", "--seed", "3")
    told = json.loads(run("necessity", file, "--x", "trust", "--y", "success", *given, "--json").stdout)
    here = necessity.fit(
        pd.read_csv(file),
        "trust",
        "success",
        ceilings=("ce_fdh", "ce_vrs"),
        scope={"trust": (0, 8)},
        permutations=50,
        seed=3,
    )
    assert [row["effect_size"] for row in told["effects"]] == pytest.approx(
        here.table["effect_size"].tolist()
    )
    assert told["effects"][0]["pvalue"] == here.table["pvalue"][0] and told["effects"][1]["pvalue"] is None
    assert told["bottlenecks"]["ceiling"] == "ce_fdh" and told["synthetic"] is None


def test_json_tells_what_is_not_needed_from_what_is_out_of_reach(run, tmp_path):
    path = tmp_path / "slow.csv"
    path.write_text("x,y\n0,0\n1,1\n2,2\n3,3\n3,0\n", encoding="utf-8")
    given = ("--scope", "y=0,6", "--steps", "2", "--permutations", "0", "--json")
    rows = json.loads(run("necessity", path, "--x", "x", "--y", "y", *given).stdout)["bottlenecks"]["levels"]
    assert [row["x"] for row in rows] == ["not necessary", 100.0, "not attainable"]


def test_figure_and_folder(run, file, tmp_path):
    given = ("necessity", file, "--x", "trust,tools", "--y", "success", "--permutations", "9")
    run(*given, "--figure", tmp_path / "f.svg", "-o", tmp_path / "nca")
    assert {path.name for path in (tmp_path / "nca").iterdir()} == {
        "effects.csv",
        "ceilings.csv",
        "bottlenecks.csv",
        "necessity.svg",
        "manifest.json",
    }
    assert (tmp_path / "f.svg").read_text("utf-8") == (tmp_path / "nca" / "necessity.svg").read_text("utf-8")
    assert "exists already" in run(*given, "--figure", tmp_path / "f.svg", code=2).stderr
    run(*given, "--figure", tmp_path / "f.svg", "--force", "-o", tmp_path / "nca")


def test_scores_that_nobody_gave_stay_marked(run, answers, tmp_path):
    given = ("--x", "CHG,OML", "--y", "CAP", "--permutations", "0")
    direct = run("necessity", answers, "-i", "mlbc_alignment", *given, "-o", tmp_path / "nca")
    assert "SYNTHETIC" in direct.stdout and "SYNTHETIC" in (tmp_path / "nca" / "effects.csv").read_text()
    assert "SYNTHETIC" in (tmp_path / "nca" / "necessity.svg").read_text("utf-8")
    run("responses", "score", answers, "-o", tmp_path / "scores.csv")
    assert run("necessity", tmp_path / "scores.csv", *given).stdout == direct.stdout


def test_another_corner_has_no_bottlenecks(run, file):
    given = ("necessity", file, "--x", "trust", "--y", "success", "--permutations", "0")
    done = run(*given, "--corner", "lower_right")
    assert "Bottlenecks" not in done.stdout and "upper left corner" in done.stderr
    assert "upper-left" in run(*given, "--corner", "lower_right", "--bottleneck", "ce_fdh", code=2).stderr


def test_a_single_corner_gives_no_line(run, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("x,y\n0,3\n1,1\n2,0\n3,2\n", encoding="utf-8")
    given = ("necessity", path, "--x", "x", "--y", "y", "--permutations", "9")
    assert "no effect by cr_fdh" in run(*given).stderr
    run(*given, "--ceilings", "cr_fdh", "--figure", tmp_path / "f.svg", code=1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--x", "trusts"), "did you mean 'trust'"),
        (("--x", "trust", "--ceilings", "ce_fhd"), "did you mean 'ce_fdh'"),
        (("--x", "trust", "--scope", "trust=1"), "column=lowest,highest"),
        (("--x", "trust", "--scope", "trusts=1,7"), "scope of 'trusts', which is neither"),
        (("--x", "trust", "--scope", "trust=2,3"), "beyond its scope"),
        (("--x", "trust", "--bottleneck", "qr"), "was not asked for"),
    ],
)
def test_what_is_wrong_is_told(run, file, given, message):
    said = run("necessity", file, "--y", "success", "--permutations", "0", *given, code=2).stderr
    assert message in " ".join(said.replace("│", " ").split())
