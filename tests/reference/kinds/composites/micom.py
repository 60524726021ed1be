"""Invariance of composites with given permutations, and differences of groups, by cSEM."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    data = data_of(case, corpus)
    labels = np.array(data[group_of(case)], dtype=object)
    fit = fitted(call_of(case), data)
    if {"klesel", "chin"} & set(case["expected"]):
        return _differences(fit, labels)
    return _invariance(fit, labels, case, corpus)


def group_of(case: Case) -> str:
    """The column of the groups, from the arguments or the call."""
    text, args = "\n".join(case["call"]), case.get("args") or {}
    column = re.search(r'\.id = "(\w+)"', text) or re.search(r"\bg <- d\$(\w+)", text)
    assert column is not None or "group" in args, "no column of groups in the call"
    return str(args["group"] if column is None else column[1])


def _invariance(fit: composites.CompositeResult, labels: Any, case: Case, corpus: Corpus) -> dict[str, Any]:
    """The share of permutations is the plain one, without the observed order among them."""
    given: Any = 40
    if more := case["data"].get("more"):
        given = np.column_stack(list(corpus.table(more[0]).values())).astype(int) - 1
    found = composites.invariance(fit, labels, given, seed=1)
    pair, names = found.pairs[0], fit.specification.names

    def named(values: np.ndarray) -> dict[str, float]:
        return dict(zip(names, map(float, values), strict=True))

    steps = {"c_raw": "c_raw", "c_standardized": "c"}
    below = {key: (pair.drawn[own] <= pair.observed[own] + 1e-12).mean(axis=0) for key, own in steps.items()}
    out: dict[str, Any] = {
        "groups": list(found.groups),
        "observed": {key: named(pair.observed[own]) for key, own in steps.items()}
        | {key: named(pair.observed[key]) for key in ("mean_difference", "log_variance_ratio")},
        "c_quantile05": {
            key: named(np.quantile(pair.drawn[own], 0.05, axis=0)) for key, own in steps.items()
        },
        "p_compositional": {key: named(value) for key, value in below.items()},
    }
    for key in ("mean_difference", "log_variance_ratio"):
        lower, upper = np.quantile(pair.drawn[key], [0.025, 0.975], axis=0)
        extreme = np.abs(pair.drawn[key]) >= np.abs(pair.observed[key]) - 1e-12
        out[f"{key}_ci"] = {"lower": named(lower), "upper": named(upper)}
        out[f"p_{key}"] = named(extreme.mean(axis=0))
    drawn = steps | {"mean_difference": "mean_difference", "log_variance_ratio": "log_variance_ratio"}
    for key, own in drawn.items():
        rows = [str(k + 1) for k in range(len(pair.drawn[own]))]
        out[f"permuted_{key}"] = {
            "rownames": rows,
            "colnames": list(names),
            "values": pair.drawn[own].tolist(),
        }
    return out


def _differences(fit: composites.CompositeResult, labels: Any) -> dict[str, Any]:
    """cSEM's d_G takes logarithms to base 10."""
    found = composites.compare_groups(fit, labels, 2, 2, seed=1)
    groups = {name: _estimates(found, name) for name in found.groups}
    distance = found.distances.iloc[0]
    gaps = {}
    for family in ("paths", "weights", "loadings"):
        for row in found.differences(family).to_dict("records"):
            gaps[f"{row['lhs']} {row['op']} {row['rhs']}"] = row["difference"]
    klesel = {
        "dL": float(distance["d_l"]),
        "dG": float(distance["d_g"]),
        "dG_log10": float(distance["d_g"] / np.log(10) ** 2),
    }
    return {"groups": groups, "klesel": klesel, "chin": gaps}


def _estimates(found: composites.CompositeGroups, name: str) -> dict[str, Any]:
    def rows(family: str) -> list[dict[str, Any]]:
        return [
            {"construct": row["lhs"], "indicator": row["rhs"], "est": row[name]}
            for row in found.of(family).to_dict("records")
        ]

    return {
        "paths": [
            {"from": row["rhs"], "to": row["lhs"], "est": row[name]}
            for row in found.of("paths").to_dict("records")
        ],
        "weights": rows("weights"),
        "loadings": rows("loadings"),
        "r2": {row["construct"]: row[name] for row in found.of("rsquare").to_dict("records")},
        "total_effects": [
            {"from": row["rhs"], "to": row["lhs"], "est": row[name]}
            for row in found.of("total_effects").to_dict("records")
        ],
    }
