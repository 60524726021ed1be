"""Qualitative comparative analysis, by the R package QCA: its calls are read and answered by ours."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from mlbc_stats import sets
from mlbc_stats.sets import Minimization, SetFit, TruthTable
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.sets.calls import Call, calls, unquoted

NEAR_ENDS = 1e-4
"""QCA's indirect method rounds to six digits and takes what is nearer to 0 or 1 than this for 0 or 1."""


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    """Each argument of the last `list(...)`, whatever function it calls."""
    table = corpus.table(case["data"]["file"])
    found = calls("\n".join(case["call"]))
    if any(each.function == "calibrate" for each in found):
        return {each.name: calibrated(each, table) for each in found if each.function == "calibrate"}
    if searches := [each for each in found if each.function == "superSubset"]:
        return {each.name: searched(each, table, case) for each in searches}
    return analysed(case, found, table)


def calibrated(call: Call, table: dict[str, list[Any]]) -> list[float]:
    given = call.options
    column = re.search(r"\$(\w+)", call.first)
    assert column is not None, call.first
    method = "crisp" if given.get("type") == "crisp" else given.get("method", "direct")
    values = sets.calibrate(
        table[column[1]],
        given.get("thresholds", ()),
        {"TFR": "ranks"}.get(method, method),
        logistic=given.get("logistic", "TRUE") in ("TRUE", "T"),
        full=float(given.get("idm", 0.95)),
        below=float(given.get("below", 1)),
        above=float(given.get("above", 1)),
    )
    if method == "indirect":
        values = np.where(values < NEAR_ENDS, 0.0, np.where(values > 1 - NEAR_ENDS, 1.0, values))
    return [float(each) for each in values]


def searched(call: Call, table: dict[str, list[Any]], case: Case) -> list[dict[str, Any]]:
    given, relation = call.options, call.options.get("relation", "necessity")
    necessary = relation.startswith("nec")
    outcome = given["outcome"]
    conditions = given.get("conditions") or _others(case, table, outcome)
    found = sets.search(
        table,
        outcome,
        "necessity" if necessary else "sufficiency",
        conditions,
        consistency=float(given.get("incl.cut", 1)),
        coverage=float(given.get("cov.cut", 0)),
        relevance=float(given.get("ron.cut", 0)),
        pri=float(given.get("pri.cut", 0)),
        depth=int(given["depth"]) if given.get("depth", "NULL").isdigit() else None,
    )
    end = "N" if necessary else "S"
    names = {"consistency": f"incl{end}", "relevance": "RoN", "pri": "PRI", "coverage": f"cov{end}"}
    return [{names.get(str(k), str(k)): v for k, v in row.items()} for row in found.to_dict("records")]


def analysed(case: Case, found: list[Call], columns: dict[str, list[Any]]) -> dict[str, Any]:
    """A truth table, its minimizations, and single conditions."""
    (asked,) = [each.options for each in found if each.function == "truthTable"]
    outcome = ("~" if asked.get("neg.out") == "TRUE" else "") + asked["outcome"]
    conditions = asked.get("conditions") or _others(case, columns, outcome)
    cut = [float(each) for each in re.findall(r"[\d.]+", asked.get("incl.cut", "1"))]
    names = "case" if "case" in columns else None
    table = sets.truth_table(
        columns,
        outcome,
        conditions,
        consistency=(cut[0], cut[-1]),
        pri=float(asked.get("pri.cut", 0)),
        frequency=int(float(asked.get("n.cut", 1))),
        exclude=[int(each) for each in re.findall(r"\d+", asked.get("exclude", ""))],
        cases=names,
    )
    out = {"truth_table": rows_of(table), "n_remainders": len(table.remainders)}
    for call in [each for each in found if each.function == "minimize"]:
        out |= minimized(call, table)
    for call in [each for each in found if each.function == "pof"]:
        out |= single(call, columns)
    return out


def rows_of(table: TruthTable) -> list[dict[str, Any]]:
    return [
        {
            **dict(zip(table.conditions, map(int, row), strict=True)),
            "out": str(table.output[place]),
            "n": int(table.count[place]),
            "consistency": _none(table.consistency[place]),
            "pri": _none(table.pri[place]),
            "cases": ",".join(table.cases_of(place)),
        }
        for place, row in enumerate(table.rows)
    ]


def minimized(call: Call, table: TruthTable) -> dict[str, Any]:
    given = call.options
    explain = re.sub(r"[^01C]", "", given.get("explain", "1"))
    free = re.sub(r"[^01C?]", "", given.get("include", ""))
    if "dir.exp" in given and given["dir.exp"] != "NULL":
        found = sets.intermediate(table, unquoted(given["dir.exp"]), explain, free)
        models = {
            name: {
                "solutions": [list(each) for each in model.solutions],
                "easy_counterfactuals": [str(each) for each in found.easy[name]],
                "fit": [fit_of(each) for each in model.fits],
            }
            for name, model in found.models.items()
        }
        return {"intermediate": {"models": models}}
    kind = "parsimonious" if free else "conservative"
    return {kind: solved(sets.minimize(table, kind, explain, free or "?"))}


def solved(found: Minimization) -> dict[str, Any]:
    return {
        "solutions": [list(each) for each in found.solutions],
        "prime_implicants": list(found.prime_implicants),
        "essential": list(found.essential),
        "fit": [fit_of(each) for each in found.fits],
    }


def fit_of(fit: SetFit) -> dict[str, Any]:
    names = {"consistency": "inclS", "pri": "PRI", "coverage": "covS", "unique_coverage": "covU"}
    terms = [{names.get(str(k), str(k)): v for k, v in row.items()} for row in fit.table.to_dict("records")]
    if len(terms) == 1:
        terms[0]["covU"] = None
    return {"terms": terms, "solution": {"inclS": fit.consistency, "PRI": fit.pri, "covS": fit.coverage}}


def single(call: Call, columns: dict[str, list[Any]]) -> dict[str, Any]:
    """Single conditions, as `pof(D[, c(...)], D$Y, relation = ...)` has them; `1 - D$Y` is the complement."""
    relation = call.options.get("relation", "necessity")
    conditions = re.findall(r'"(\w+)"', call.first)
    goal = re.search(r"(1 *- *)?\w+\$(\w+)", call.second)
    assert goal is not None, call.second
    outcome = f"{'~' if goal[1] else ''}{goal[2]}"
    if relation.startswith("nec"):
        found = sets.necessity(columns, outcome, conditions, complements=False)
        names = {"consistency": "inclN", "relevance": "RoN", "coverage": "covN"}
        return {"necessity": found.rename(columns=names).to_dict("records")}
    found = sets.sufficiency(columns, outcome, conditions, complements=False)
    names = {"consistency": "inclS", "pri": "PRI", "coverage": "covS"}
    return {"single_sufficiency": found.rename(columns=names).to_dict("records")}


def _others(case: Case, columns: dict[str, list[Any]], outcome: str) -> list[str]:
    """Conditions that the case names, else the columns of `D`, else all numeric ones, without the outcome."""
    if given := (case.get("args") or {}).get("conditions"):
        return list(given)
    kept = re.search(r"D <- d\[, *c\(([^)]*)\)", "\n".join(case["call"]))
    names = (
        re.findall(r'"(\w+)"', kept[1])
        if kept
        else [k for k, v in columns.items() if isinstance(v[0], float)]
    )
    return [name for name in names if name != outcome.lstrip("~")]


def _none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
