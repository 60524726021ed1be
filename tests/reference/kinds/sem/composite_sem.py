"""Composites by maximum likelihood: the Henseler-Ogasawara specification, and `<~` of `sem.fit` for the weights."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import sem
from tests.reference.adapter import shape_result
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    """Both specifications are one model; its scale differs, so weights and standardized values are compared."""
    args, data = case["args"], _data(case, corpus)
    options = {name.replace(".", "_"): value for name, value in (args.get("options") or {}).items()}
    whole = sem.fit("\n".join(args["model"]), data, kind=args.get("fun", "sem"), **options)
    found = {
        name: _plain_rows(value) if name in ("parameters", "standardized", "modindices") else value
        for name, value in shape_result(whole, list(case["expected"])).items()
    }
    if "parameters" in found:
        _renumber(found["parameters"], case["expected"]["parameters"])
    return found | {
        "composites": _composites(args, data, options),
        "converged": bool(whole.converged),
        "ntotal": whole.nobs,
        "nobs": [whole.nobs],
        "ngroups": 1,
        "npar": int(whole.fit_measures["npar"]),
        "logLik": float(whole.fit_measures["logl"]),
    }


def _renumber(rows: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    """The number of a free parameter is its place in the program's table: which are free counts, not the order."""
    places = {_key(row): row.get("free", 0) for row in wanted}
    for row in rows:
        if row.get("free") and places.get(_key(row)):
            row["free"] = places[_key(row)]


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    ends = (row["lhs"], row["rhs"])
    return (row["op"], *(sorted(ends) if row["op"] == "~~" else ends))


def _plain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that only lhs, op and rhs name, as those of one group are stored."""
    named, group = ("lhs", "op", "rhs"), ("group", "level", "block")
    return [
        {
            key: value
            for key, value in row.items()
            if key in named or not (isinstance(value, str) or key in group)
        }
        for row in rows
    ]


def _composites(args: dict[str, Any], data: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    blocks = [f"{name} <~ {' + '.join(items)}" for name, items in args["composites"].items()]
    fit = sem.fit("\n".join([*blocks, *args["structural"]]), data, **options)
    weights = fit.parameters[fit.parameters["op"] == "<~"].set_index(["lhs", "rhs"])
    unit = fit.standardized[fit.standardized["op"] == "<~"].set_index(["lhs", "rhs"])["est_std"]
    out: dict[str, Any] = {}
    for name, items in args["composites"].items():
        w = np.array([unit.loc[(name, item)] for item in items])
        r = np.corrcoef(np.column_stack([data[item] for item in items]).T)
        loadings = r @ w
        out[name] = [
            {
                "indicator": item,
                "weight": float(weights.loc[(name, item), "est"]),
                "se": float(weights.loc[(name, item), "se"]),
                "weight_std": float(w[k]),
                "loading_std": float(loadings[k]),
            }
            for k, item in enumerate(items)
        ]
    return out


def _data(case: Case, corpus: Corpus) -> dict[str, Any]:
    table = corpus.table(case["data"]["file"])
    items = [item for block in case["args"]["composites"].values() for item in block]
    data = {name: np.array(table[name], dtype=float) for name in items}
    code = re.search(r"rowSums\(d == (-?\d+)\) == 0", "\n".join(case["call"]))
    if code:
        kept = np.all([values != float(code[1]) for values in data.values()], axis=0)
        data = {name: values[kept] for name, values in data.items()}
    return data
