"""Difference, Wald and score tests: every number of the stored cases and of expected/comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from mlbc_stats import sem
from mlbc_stats.sem import SemResult
from tests.reference.adapter import fit_case
from tests.reference.corpus import HERE, case_ids, load_case
from tests.reference.ledger import entries
from tests.reference.tolerance import CLASSES, EXACT, P_FLOOR, P_RELATIVE, Tolerance

# Names of lavaan's columns in our tables.
COLUMNS = {"Df": "df", "AIC": "aic", "BIC": "bic", "Chisq": "chisq", "Chisq diff": "chisq_diff",
           "RMSEA": "rmsea_diff", "Df diff": "df_diff", "Pr(>Chisq)": "pvalue"}  # fmt: skip
CHANGES = {"est": "est", "epc": "epc", "epv": "epv", "sepc.lv": "sepc_lv", "sepc.all": "sepc_all",
           "sepc.nox": "sepc_nox"}  # fmt: skip
# Both models' statistics enter a difference, each with the limit of its class.
TWO = 2
# lavaan standardizes the expected change of a variance as 1 or as the variance itself; we as any other parameter.
VARIANCE_CHANGES = ("sepc.lv", "sepc.all", "sepc.nox")
# An expected change below it is zero up to rounding.
ZERO = 1e-6

EXPECTED = HERE / "expected"
STORED = sorted(
    path.relative_to(EXPECTED).with_suffix("").as_posix() for path in EXPECTED.glob("**/comparison/*.json")
)


@cache
def stored(name: str) -> dict[str, Any]:
    return json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))


@cache
def fitted(case_id: str, version: str = "0.7") -> SemResult:
    return fit_case(load_case(case_id), version)


@cache
def fitted_here(name: str) -> tuple[SemResult, ...]:
    case = stored(name)
    return tuple(
        fit_case({"data": {"file": case["data"]}, "fit": model}, version_of(model["args"]))
        for model in case["models"]
    )


def version_of(arguments: Any) -> str:
    """The stored numbers are those of lavaan 0.6-14, which corrects differences of incomplete data in another way."""
    return "0.6" if "missing" in (arguments or {}) else "0.7"


def tolerance_of(fits: Sequence[SemResult]) -> Tolerance:
    """The class of the most difficult fit: ordinal data, nonlinear constraints, then incomplete data."""
    if any(fit.method.ordinal for fit in fits):
        return CLASSES["ordinal"]
    if any(row.op == "==" and row.rhs.find("*") > 0 for fit in fits for row in fit.table.parameters):
        return CLASSES["loose"]
    return CLASSES["fiml" if any(fit.method.missing != "listwise" for fit in fits) else "tight"]


def options(args: Any) -> dict[str, Any]:
    return {name.replace(".", "_").lower(): value for name, value in args.items()} if args else {}


def differences(
    expected: Sequence[Mapping[str, Any]], got: sem.Comparison, tol: Tolerance
) -> list[tuple[str, str, float, float]]:
    """Every field of a stored table that is off: model, column, expected, got."""
    table, off = got.table, []
    for row in expected:
        for column, value in row.items():
            if column == "model" or value is None:
                continue
            ours = float(table.loc[row["model"], COLUMNS[column]])
            if not abs(ours - value) <= allowed(column, value, row, tol):
                off.append((row["model"], column, value, ours))
    return off


def allowed(column: str, value: float, row: Mapping[str, Any], tol: Tolerance) -> float:
    if column in ("Df", "Df diff"):
        return EXACT if value == round(value) else tol.index
    if column == "Pr(>Chisq)":
        return min(tol.index, max(P_RELATIVE * value, P_FLOOR))
    if column == "Chisq diff":
        return TWO * tol.chisq * row["Chisq"] + tol.index * abs(value)
    return tol.index if column == "RMSEA" else tol.chisq * max(1.0, abs(value))


@pytest.mark.parametrize("case_id", case_ids("lrt"))
def test_difference_case(case_id: str) -> None:
    case = load_case(case_id)
    version = "0.6" if any(entry.case == case_id for entry in entries()) else "0.7"
    fits = [fitted(model, version) for model in case["models"]]
    got = sem.compare(*fits, names=case["models"], **options(case["args"]))
    assert not differences(case["expected"]["table"], got, tolerance_of(fits))


@pytest.mark.parametrize("name", [name for name in STORED if "lrt" in stored(name)])
@pytest.mark.filterwarnings("ignore:the difference of m3 and m2 is negative")
def test_stored_difference(name: str) -> None:
    fits = fitted_here(name)
    labels = [f"m{i}" for i in range(1, len(fits) + 1)]
    served = [test for test in stored(name)["lrt"] if test["table"] and allowed_here(fits, test["args"])]
    for test in served:
        got = sem.compare(*fits, names=labels, **options(test["args"]))
        assert not differences(test["table"], got, tolerance_of(fits)), test["args"]
    assert served


def allowed_here(fits: Sequence[SemResult], args: Any) -> bool:
    """lavaan combines the factors of any scaled test; ours refuses those that are not scaled by one factor."""
    combined = str(options(args).get("method", "")).startswith("satorra.bentler")
    return not (combined and fits[0].method.test in ("scaled.shifted", "mean.var.adjusted"))


def test_every_field_of_a_difference_counts() -> None:
    case = load_case("e02_hs_mlm_lrt_satorra2000")
    fits = [fitted(model) for model in case["models"]]
    got = sem.compare(*fits, names=case["models"], **options(case["args"]))
    table = case["expected"]["table"]
    fields = [(i, name) for i, row in enumerate(table) for name, value in row.items() if value is not None]
    for i, column in fields:
        if column == "model":
            continue
        changed = [dict(row) for row in table]
        changed[i][column] = 1.05 * changed[i][column] + 1e-3
        found = differences(changed, got, tolerance_of(fits))
        assert [(model, name) for model, name, *_ in found] == [(table[i]["model"], column)]


def test_wald_case() -> None:
    case = load_case("e05_wald")
    got = sem.wald_test(fitted(case["input"]["model"]), case["input"]["constraint"])
    check_statistic(got, case["expected"], CLASSES[case["tolerance_class"]])


@pytest.mark.parametrize("name", [name for name in STORED if "wald" in stored(name)])
def test_stored_wald(name: str) -> None:
    for test in stored(name)["wald"]:
        fit = fitted_here(name)[test["at"] - 1]
        check_statistic(sem.wald_test(fit, test["constraint"]), test, tolerance_of([fit]))


def test_score_case() -> None:
    case = load_case("e01_hs_ml_scalar_score")
    got = sem.score_test(fitted(case["model"]))
    check_statistic(got, case["expected"]["total"][0], CLASSES["tight"])
    check_rows(got.univariate, case["expected"]["uni"], CLASSES["tight"])


@pytest.mark.parametrize("name", [name for name in STORED if "score" in stored(name)])
def test_stored_score(name: str) -> None:
    for test in stored(name)["score"]:
        arguments = options(test["args"])
        wanted = arguments.pop("epc", False)
        fit = fitted_here(name)[arguments.pop("at") - 1]
        tol = tolerance_of([fit])
        got = sem.score_test(fit, **arguments)
        check_statistic(got, test["total"][0], tol)
        check_rows(got.univariate, test["uni"], tol)
        if test["cumulative"]:
            check_rows(got.cumulative, test["cumulative"], tol)
        if wanted:
            check_changes(got, test["epc"], tol)


def check_statistic(got: Any, expected: Mapping[str, Any], tol: Tolerance) -> None:
    """stat, df and p value, under lavaan's names or ours; a quadratic form inherits the errors' limit."""
    stat = expected.get("stat", expected.get("X2"))
    pvalue = expected.get("pvalue", expected.get("p.value"))
    assert got.df == expected["df"]
    assert got.stat == pytest.approx(stat, rel=tol.error, abs=ZERO)
    assert got.pvalue == pytest.approx(pvalue, rel=P_RELATIVE, abs=P_FLOOR)


def check_rows(table: Any, expected: Sequence[Mapping[str, Any]], tol: Tolerance) -> None:
    assert len(table) == len(expected)
    for row, wanted in zip(table.itertuples(), expected, strict=True):
        check_statistic(row, wanted, tol)
        if wanted.get("epc") is not None:
            assert row.epc == pytest.approx(wanted["epc"], rel=tol.error)


def check_changes(got: sem.ScoreTest, expected: Sequence[Mapping[str, Any]], tol: Tolerance) -> None:
    rows = [row for row in expected if row["epc"] is not None]
    assert len(rows) == len(got.changes)
    for ours, row in zip(got.changes.to_dict("records"), rows, strict=True):
        variance = row["op"] == "~~" and row["lhs"] == row["rhs"]
        for name, column in CHANGES.items():
            if not (variance and name in VARIANCE_CHANGES):
                assert ours[column] == pytest.approx(row[name], rel=tol.error, abs=tol.estimate)
