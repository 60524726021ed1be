"""Saturated correlates equal semTools': estimates, errors, test, and indices against its own baseline."""

from __future__ import annotations

import json

import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning
from tests.reference.adapter import RENAMED, fit_case, run_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import HERE, load_case, read_table

# lavaan's default stopping rule: estimates to about 1e-5 of their size, errors from numerical second derivatives.
ESTIMATE, ERROR, INDEX = 2e-4, 2e-3, 1e-4
CHISQ = 1e-5
INDICES = ("cfi", "tli", "rmsea", "srmr", "cfi.scaled", "rmsea.scaled")

STORED = json.loads((HERE / "expected" / "auxiliary.json").read_text(encoding="utf-8"))["cases"]
CASES = {case["id"]: case for case in STORED}
DATA = read_table("data/HS_mar.csv")

# semTools fixes the covariances of random covariates at zero in its baseline; ours keeps them, as lavaan's own does.
OTHER_BASELINE = {"path": ("baseline.df", "baseline.chisq", "cfi", "tli")}


@pytest.fixture(scope="module", params=CASES)
def pair(request) -> tuple[dict, sem.SemResult]:
    case = CASES[request.param]
    arguments = {name.replace(".", "_"): value for name, value in (case["args"] or {}).items()}
    fit = sem.fit(case["model"], DATA, kind=case["kind"], missing="fiml", auxiliary=case["aux"], **arguments)
    return case, fit


def test_every_parameter(pair) -> None:
    case, fit = pair
    table = fit.parameters_with_aux.set_index(["lhs", "op", "rhs", "group"])
    table = table.drop([row for row in table.index if row[1] == "=="])
    assert len(table) == len(case["parameters"])
    for row in case["parameters"]:
        ours = table.loc[(row["lhs"], row["op"], row["rhs"], row["group"])]
        assert ours["est"] == pytest.approx(row["est"], abs=ESTIMATE, rel=ESTIMATE), row
        assert ours["se"] == pytest.approx(row["se"], rel=ERROR, abs=1e-8), row


def test_every_measure(pair) -> None:
    case, fit = pair
    for name, value in case["fit"].items():
        if name in OTHER_BASELINE.get(case["id"], ()):
            continue
        ours = fit.fit_measures[name.replace(".", "_")]
        limit = {"abs": INDEX} if name in INDICES else {"rel": CHISQ, "abs": 1e-6}
        assert ours == pytest.approx(value, **limit), name


def test_the_same_as_written_out() -> None:
    expected = {
        (r["lhs"], r["op"], r["rhs"]): r for r in load_case("d16_aux_saturated")["expected"]["parameters"]
    }
    fit = sem.cfa("visual =~ x1 + x2 + x3", DATA, missing="ml", auxiliary="ageyr")
    for row in fit.parameters_with_aux.itertuples():
        stored = expected.get((row.lhs, row.op, row.rhs)) or expected[row.rhs, row.op, row.lhs]
        assert row.est == pytest.approx(stored["est"], abs=5e-5)
        assert row.se == pytest.approx(stored["se"], rel=5e-4)
    assert fit.parameters_with_aux["auxiliary"].sum() == 5


def test_lavaan_hides_the_added_rows_and_leaves_binary_variables_out() -> None:
    case = load_case("v08_aux_hs")
    with pytest.warns(DataWarning, match="aux: grade has two values"):
        fit = run_case(case)
    fields = [field for field in case["expected"] if field != "parameters_with_aux"]
    assert not compare_sem(case, shape_result(fit, fields), fields)
    assert len(fit.parameters) == len(case["expected"]["parameters"])


def test_the_added_rows_are_lavaan_s() -> None:
    case = load_case("v08_aux_hs")
    rows = fit_case(case).parameters_with_aux.rename(columns=RENAMED).to_dict("records")
    shown = case | {"expected": {"parameters": case["expected"]["parameters_with_aux"]}}
    assert not compare_sem(shown, {"parameters": rows})
