"""Response surface analysis: the family of models as RSA fits it, and least squares with features by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from mlbc_stats import surfaces
from mlbc_stats.surfaces import SurfaceResult
from tests.reference.kinds.corpus import Case, Corpus

FIT = ("npar", "loglik", "chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic", "r2")


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call, table = "\n".join(case["call"]), corpus.table(case["data"]["file"])
    return _family(case, call, table) if "RSA(" in call else _by_hand(case, call, table)


def _family(case: Case, call: str, table: Mapping[str, Any]) -> dict[str, Any]:
    z, x, y = re.search(r"RSA\(\s*(\w+)\s*~\s*(\w+)\s*\*\s*(\w+)", call).groups()  # type: ignore[union-attr]
    wanted = case["expected"]
    names = list(dict.fromkeys([*wanted.get("models", {}), *(row["model"] for row in wanted.get("fit", []))]))
    found = surfaces.fit(
        table,
        z,
        x,
        y,
        models=names,
        controls=re.findall(r'"([^"]+)"', _argument(call, "control.variables", "")),
        center=_choice(call, "center"),
        scale=_choice(call, "scale"),
        outliers="none" if _argument(call, "out.rm", "TRUE") in ("F", "FALSE") else "remove",
        errors="ML" if '"standard"' in call or '"ML"' in call else "HC0",
    )
    terms = (z, x, y)
    return {
        "n": found.n,
        "removed_as_outliers": len(found.outlying) if found.n < _complete(table, terms) else 0,
        "r2_full": float(found.table["r2"]["full"]),
        "models": {name: _rows(found, name, terms, rows) for name, rows in wanted.get("models", {}).items()},
        "fit": [
            {"model": row["model"]}
            | {key: float(found.table[key][row["model"]]) for key in FIT if key in row}
            for row in wanted.get("fit", [])
        ],
    }


def _complete(table: Mapping[str, Any], names: tuple[str, ...]) -> int:
    return int(np.isfinite(np.column_stack([table[name] for name in names])).all(axis=1).sum())


def _argument(call: str, name: str, usual: str) -> str:
    found = re.search(rf"\b{re.escape(name)}\s*=\s*(c\([^)]*\)|[^,)]+)", call)
    return found[1].strip() if found else usual


def _choice(call: str, name: str) -> str:
    given = _argument(call, name, "none").strip('"')
    return {"FALSE": "none", "F": "none", "TRUE": "pooled", "T": "pooled"}.get(given, given)


def _rows(
    found: SurfaceResult, model: str, terms: tuple[str, str, str], wanted: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows that are asked for, by their names; the formulas beside them are carried over."""
    z, x, y = terms
    kept = found.parameters(model).set_index("name")
    regressors = ("1", x, y, f"{x}2", f"{x}_{y}", f"{y}2")
    also = {f"{z}~{right}": f"b{j}" for j, right in enumerate(regressors)}
    also |= {f"{z}~{name}": name for name in found.controls}
    return [
        {key: text for key, text in row.items() if isinstance(text, str)} | _numbers(kept.loc[own])
        for row in wanted
        if (own := also.get(row["name"], row["name"])) in kept.index
    ]


def _numbers(row: Any) -> dict[str, float]:
    names = {"ci_lower": "ci.lower", "ci_upper": "ci.upper"}
    return {names.get(key, key): float(value) for key, value in row.items()}


def _by_hand(case: Case, call: str, table: Mapping[str, Any]) -> dict[str, Any]:
    z = re.search(r"lm\(\s*(?:d\$)?(\w+)\s*~", call)[1]  # type: ignore[index]
    made = {name: _computed(call, name, table) for name in ("X", "Y")}
    used = {"outcome": table[z], **made}
    kind = re.search(r'type\s*=\s*"(HC\d)"', call)
    found = surfaces.fit(
        used, "outcome", "X", "Y", models=["full"], outliers="none", errors=kind[1] if kind else "classical"
    )
    rows = found.parameters().set_index("name")
    wanted = case["expected"]
    listed = {
        part: [
            {"name": row["name"]} | _numbers(rows.loc[row["name"]])
            for row in wanted.get(part, [])
            if row["name"] in rows.index
        ]
        for part in ("coefficients", "surface")
    }
    df, r2 = found.n - 6, found.table.loc["full", ["r2", "r2_adjusted"]].tolist()
    sigma = float(np.sqrt(found.models["full"].rss / df))
    return listed | {
        "n": found.n,
        "r2": r2[0],
        "r2_adjusted": r2[1],
        "adj_r2": r2[1],
        "df": df,
        "sigma": sigma,
    }


def _computed(call: str, name: str, table: Mapping[str, Any]) -> Any:
    """What an assignment such as `X <- d$IM - mean(d$IM)` gives."""
    text = re.search(rf"\b{name}\s*<-\s*([^;\n]+)", call)[1]  # type: ignore[index]
    known = {key: np.asarray(column, dtype=float) for key, column in table.items() if key in text}
    functions = {
        "mean": np.nanmean,
        "sd": lambda v: np.nanstd(v, ddof=1),
        "c": lambda *parts: np.concatenate([np.atleast_1d(part) for part in parts]),
        "scale": lambda v: (v - np.nanmean(v)) / np.nanstd(v, ddof=1),
    }
    plain = re.sub(r",\s*na\.rm\s*=\s*T(RUE)?", "", re.sub(r"\bd\$", "", text)).replace("^", "**")
    return eval(plain, {"__builtins__": {}}, functions | known)
