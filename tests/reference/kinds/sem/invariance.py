"""Steps of invariance between groups, identified as measEq.syntax does; parameters of a step one by one."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
from scipy.stats import chi2

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.selection import model_text

STEP = re.compile(r'(\w+) = step\((?:c\()?((?:"[^"]*"(?:, *)?)+)')
DIFFERENCE = {"Df": "df", "AIC": "aic", "BIC": "bic", "Chisq": "chisq", "Chisq diff": "chisq_diff",
              "RMSEA": "rmsea_diff", "Df diff": "df_diff", "Pr(>Chisq)": "pvalue"}  # fmt: skip
ONE_BY_ONE = re.compile(r'(\w+) = partialInvariance\(\w+, "(\w+)"')
BEFORE = ("configural", "metric", "scalar", "strict", "means")
TESTS = {"chi": "chisq", "p": "pvalue", "cfi": "delta_cfi"}
EFFECTS = {"poolest": "pooled", "load": "est", "int": "est", "propdiff": "share", "low_fscore": "low",
           "high_fscore": "high"}  # fmt: skip
SCALES = {
    "std.lv": {"std_lv": True},
    "fx": {"effect_coding": True},
    "effects.coding": {"effect_coding": True},
}


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    text = "\n".join(case["call"])
    data = _prepared(corpus.table(case["data"]["file"]), text)
    if asked := ONE_BY_ONE.findall(text):
        return {name: _one_by_one(case, data, text, step) for name, step in asked}
    steps = {name: re.findall(r'"([^"]+)"', equal) for name, equal in STEP.findall(text)}
    arguments = _arguments(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fits = {
            name: sem.cfa(model_text(case), data, group_equal=equal, **arguments)
            for name, equal in steps.items()
        }
        table = sem.compare(*fits.values(), names=list(fits)).table
    measures = case["expected"]["steps"][0].keys() - {"step"}
    return {
        "steps": [
            {"step": name, **{key: _measure(fit, key) for key in measures}} for name, fit in fits.items()
        ],
        "lrt": [
            {"step": name, **{key: row[column] for key, column in DIFFERENCE.items() if column in row}}
            for name, row in table.to_dict("index").items()
        ],
        "parameters": {
            name: fit.parameters[["lhs", "op", "rhs", "group", "est", "se"]].to_dict("records")
            for name, fit in fits.items()
        },
    }


def _one_by_one(case: Case, data: dict[str, Any], text: str, step: str) -> dict[str, Any]:
    arguments = {k: v for k, v in _arguments(text).items() if k not in ("std_lv", "effect_coding")}
    steps = [name for name in BEFORE[: BEFORE.index(step) + 1] if name != "strict" or "fit.residuals" in text]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = sem.partial_invariance(model_text(case), data, steps=steps, **arguments)
    tests = [
        {"parameter": row["parameter"], "wald_df": row["wald_df"]}
        | {
            f"{kind}_{ours}": row[f"{kind}_{theirs}"]
            for kind in ("free", "fix")
            for ours, theirs in TESTS.items()
        }
        | {"wald_chi": row["wald_chisq"], "wald_p": row["wald_pvalue"]}
        for row in found.tests.to_dict("records")
    ]
    first = found.parent.table.group_labels[0]
    rows = found.estimates.to_dict("records")
    wanted = case["expected"][next(name for name, kind in ONE_BY_ONE.findall(text) if kind == step)][
        "estimates"
    ]
    return {"results": tests, "estimates": [_effects(row, list(wanted[0]), first) for row in rows]}


def _effects(row: dict[str, Any], names: list[str], first: str) -> dict[str, Any]:
    """Their columns are `load:group` and, against the first group, `q:group vs. first`."""
    out = {}
    for name in names:
        kind, _, whom = name.partition(":")
        ours = EFFECTS.get(kind, kind)
        out[name] = row[f"{ours}_{whom.removesuffix(f' vs. {first}')}" if whom else ours]
    return out


def _measure(fit: Any, key: str) -> float:
    """lavaan prints the tail of χ² even where the plain statistic has no such distribution; we leave it out."""
    measures = fit.fit_measures
    if key == "pvalue":
        return float(chi2.sf(measures["chisq"], measures["df"]))
    return float(measures[key.replace(".", "_")])


def _arguments(text: str) -> dict[str, Any]:
    found = re.search(r'group = "(\w+)"', text)
    assert found is not None
    scale = re.search(r'ID\.fac = "([^"]+)"', text)
    out: dict[str, Any] = {"group": found[1], **(SCALES.get(scale[1], {}) if scale else {})}
    for name in ("estimator", "parameterization", "missing"):
        if given := re.search(rf'{name} = "([^"]+)"', text):
            out[name] = given[1]
    if re.search(r"ordered = \w", text):
        items = re.search(r"\bit <- c\(([^)]*)\)", text)
        out["ordered"] = True if items is None else re.findall(r'"([^"]+)"', items[1])
    elif "meanstructure" not in text:
        out["meanstructure"] = True
    return out


def _prepared(table: dict[str, list[Any]], text: str) -> dict[str, Any]:
    """What the calls do to the data: complete cases, an ending cut off names, answers above a limit joined."""
    data = {name: np.array(column) for name, column in table.items()}
    if "na.omit" in text:
        numbers = [column for column in data.values() if column.dtype.kind == "f"]
        whole = ~np.isnan(np.column_stack(numbers)).any(axis=1)
        data = {name: column[whole] for name, column in data.items()}
    if found := re.search(r'names\(d\) <- sub\("([^"]*)", "([^"]*)"', text):
        data = {re.sub(found[1], found[2], name): column for name, column in data.items()}
    for names, limit in re.findall(r"d\[(.*?)\] <- lapply\(.*?pmin\(v, (\d+)\)", text):
        for name in _pasted(names):
            data[name] = np.minimum(data[name], float(limit))
    return data


def _pasted(text: str) -> list[str]:
    if found := re.match(r'paste0\("(\w*)", c\(([^)]*)\)\)', text):
        return [f"{found[1]}{number.strip()}" for number in found[2].split(",")]
    return re.findall(r'"(\w+)"', text)
