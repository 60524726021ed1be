"""`mlbc sets`: calibration, truth table and every tied solution; what ends with 1 and what with 2."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from mlbc_stats import sets

CRISP = "firm,A,B,C,Y\n" + "".join(
    f"{name},{row}\n" for name, row in zip("pqrs", ("1,1,1,1", "1,0,0,0", "0,1,0,0", "0,0,0,0"), strict=True)
)
RAW = {"A": [1, 2, 6, 7, 5, 3], "B": [7, 3, 2, 6, 5, 1], "Y": [1, 2, 5, 7, 6, 3]}
ASKED = ("--outcome", "Y", "--conditions")


@pytest.fixture
def crisp(tmp_path):
    path = tmp_path / "crisp.csv"
    path.write_text(CRISP, encoding="utf-8")
    return path


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "raw.csv"
    pd.DataFrame(RAW).to_csv(path, index=False)
    return path


def test_all_tied_solutions_are_shown(run, crisp):
    done = run("sets", crisp, *ASKED, "A,B,C", "--cases", "firm", "--expect", "A, B")
    assert "parsimonious: 2 solutions are tied; no single one is the result" in done.stdout
    told = json.loads(
        run("sets", crisp, *ASKED, "A,B,C", "--cases", "firm", "--expect", "A, B", "--json").stdout
    )
    table = sets.truth_table(pd.read_csv(crisp), "Y", "A,B,C")
    found = [(row["kind"], row["expression"]) for row in told["solutions"]]
    assert found[0] == ("conservative", "A*B*C")
    assert {text for kind, text in found if kind == "parsimonious"} == {
        terms for (terms,) in sets.minimize(table, "parsimonious").solutions
    }
    assert {kind for kind, _ in found[3:]} == {"intermediate C1P1", "intermediate C1P2"}
    assert told["truth_table"][-1] == {
        "row": 8, "A": 1, "B": 1, "C": 1, "output": "1", "n": 1, "consistency": 1.0, "pri": 1.0, "cases": "p"
    }  # fmt: skip


def test_assumed_remainders_are_numbered_and_may_be_set_aside(run, crisp):
    def assumed(*given):
        rows = json.loads(run("sets", crisp, *ASKED, "A,B,C", *given, "--json").stdout)["solutions"]
        return {row["expression"]: row["assumed rows"] for row in rows}

    assert assumed() == {"A*B*C": "none", "C": "2, 4, 6", "A*B": "7"}
    assert assumed("--exclude", "2,4,6") == {"A*B*C": "none", "A*B": "7"}


def test_columns_are_calibrated(run, raw, tmp_path):
    given = ("--calibrate", "A=2,4,6", "--calibrate", "B=crisp:4", "--calibrate", "Y=e=6,c=4.5,i=2")
    run("sets", raw, *ASKED, "A,B", *given, "--incl", "0.7", "-o", tmp_path / "qca")
    written = pd.read_csv(tmp_path / "qca" / "memberships.csv")
    assert written["A"].tolist() == pytest.approx(sets.calibrate(RAW["A"], (2, 4, 6)).tolist())
    assert written["B"].tolist() == [1, 0, 0, 1, 1, 0]
    assert written["Y"].tolist() == pytest.approx(sets.calibrate(RAW["Y"], (6, 4.5, 2)).tolist())
    record = json.loads((tmp_path / "qca" / "manifest.json").read_text("utf-8"))
    assert record["calibration"] == {"A": "direct: 2,4,6", "B": "crisp: 4", "Y": "direct: e=6,c=4.5,i=2"}
    assert record["files"] == [
        f"{name}.csv"
        for name in ("calibration", "memberships", "necessity", "solutions", "terms", "truth_table")
    ]


def test_the_absence_of_an_outcome_and_ranks(run, raw):
    given = ("--calibrate", "A=ranks", "--calibrate", "B=4", "--calibrate", "Y=2,4.5,6", "--json")
    told = json.loads(run("sets", raw, "--outcome", "~Y", "--conditions", "A,B", *given).stdout)
    assert told["outcome"] == "~Y" and told["calibration"][0]["thresholds"] == "none"


def test_scores_that_nobody_gave_stay_marked(run, answers):
    given = ("--calibrate", "CHG=1,4.01,7", "--calibrate", "OML=1,4.01,7", "--calibrate", "CAP=1,4.01,7")
    asked = ("--outcome", "CAP", "--conditions", "CHG,OML")
    assert "SYNTHETIC" in run("sets", answers, "-i", "mlbc_alignment", *asked, *given).stdout


def test_without_a_positive_row_the_table_is_shown_and_the_code_is_one(run, crisp):
    done = run("sets", crisp, *ASKED, "A,B", "--frequency", "2", code=1)
    assert "Truth table of Y" in done.stdout and "no row is to be explained" in done.stderr
    told = json.loads(run("sets", crisp, *ASKED, "A,B", "--frequency", "2", "--json", code=1).stdout)
    assert told["solutions"] is None and told["necessity"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("A,B,D",), "no column 'D'"),
        (("A,firm",), "line 2 'p'"),
        (("A,B", "--calibrate", "A"), "A=1,4,7"),
        (("A,B", "--calibrate", "A=fuzzy:1,2,3"), "direct, crisp, indirect, ranks"),
        (("A,B", "--calibrate", "A=3,1,2"), "--calibrate A: thresholds 3, 1, 2 must rise"),
        (("A,B", "--calibrate", "E=1,2,3"), "no column 'E'"),
        (("A,B", "--calibrate", "A=1,2,3", "--calibrate", "A=ranks"), "A is calibrated twice"),
        (("A,B", "--incl", "high"), "0.8,0.6"),
        (("A,B", "--exclude", "x"), "numbers of rows"),
        (("A,B", "--exclude", "9"), "row 9 to exclude is not among rows 1 to 4"),
        (("A,B", "--expect", "D"), "no condition 'D'"),
    ],
)
def test_what_is_wrong_is_told(run, crisp, given, message):
    said = run("sets", crisp, *ASKED, *given, code=2).stderr
    assert message in " ".join(said.replace("│", " ").split())


def test_a_calibrated_column_without_a_part_is_told(run, crisp):
    assert (
        "--calibrate C: the column is neither"
        in run("sets", crisp, *ASKED, "A,B", "--calibrate", "C=1", "--incl", "0.5").stderr
    )


def test_a_file_may_name_its_cases_in_a_column_without_heading(run, tmp_path):
    path = tmp_path / "named.csv"
    path.write_text(CRISP.replace("firm,", ",", 1), encoding="utf-8")
    told = json.loads(run("sets", path, *ASKED, "A,B,C", "--json").stdout)
    assert [row["cases"] for row in told["truth_table"]] == ["s", "r", "q", "p"]


def test_raw_values_are_sent_to_calibration(run, raw):
    assert "calibrate the column first (--calibrate)" in run("sets", raw, *ASKED, "A,B", code=2).stderr
