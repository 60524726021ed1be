"""Reliability of composites, heterotrait-monotrait ratios and tests that factors are distinct."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import reliability, sem
from mlbc_stats.distinctness import htmt
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import matrix

MODEL = re.compile(r'model <- "(.*?)"', re.DOTALL)
ARGUMENT = re.compile(r"([\w.]+) = (c\([^)]*\)|[^,()]+)")


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call = "\n".join(case["call"])
    model = MODEL.search(call)
    assert model is not None
    text = model[1]
    table = {name: np.array(column) for name, column in corpus.table(case["data"]["file"]).items()}
    fit = sem.cfa(text, table, **_arguments(call, "fitp"))
    found = reliability.summary(fit)
    asked = _arguments(call, "discriminantValidity")
    cutoffs = () if asked.get("merge") else (float(asked.get("cutoff", 0.9)),)
    distinct = reliability.discriminant_validity(
        fit, cutoffs, merge=bool(asked.get("merge")), level=float(asked.get("level", 0.95))
    )
    names = list(found.constructs.index)
    larcker = found.fornell_larcker.to_numpy()
    return {
        "omega": found.constructs["omega"].to_dict(),
        "alpha": found.constructs["alpha"].to_dict(),
        "ave": found.constructs["variance_share"].to_dict(),
        "maximal_reliability": list(found.maximal_all),
        "htmt": _ratios(fit, table, names, geometric=False),
        "htmt2": _ratios(fit, table, names, geometric=True),
        "fornell_larcker": {
            "latent_correlations": matrix(found.correlations.to_numpy(), names, names),
            "sqrt_ave": {
                name: float(np.sqrt(value)) for name, value in found.constructs["variance_share"].items()
            },
            "sqrt_ave_standardized": dict(zip(names, np.diagonal(larcker).tolist(), strict=True)),
        },
        "discriminant": _tests(distinct),
        "chisq": float(fit.fit_measures["chisq"]),
        "df": int(fit.fit_measures["df"]),
    }


def _arguments(call: str, function: str) -> dict[str, Any]:
    """What a call of a function gives by name: numbers, truth values, texts and vectors of texts."""
    found = re.search(rf"\b{function}\(((?:[^()]|\([^()]*\))*)\)", call)
    pairs = ARGUMENT.findall(found[1]) if found else []
    return {name.replace(".", "_"): _value(text.strip()) for name, text in pairs}


def _value(text: str) -> Any:
    if text.startswith("c("):
        return [_value(part.strip()) for part in text[2:-1].split(",")]
    if text in ("TRUE", "T", "FALSE", "F"):
        return text.startswith("T")
    return text.strip("'\"") if text[0] in "'\"" else float(text)


def _ratios(fit: Any, table: dict[str, np.ndarray], names: list[str], geometric: bool) -> dict[str, Any]:
    """Of rows without a missing answer to any item of the model."""
    rows = fit.parameters[fit.parameters["op"] == "=~"]
    blocks = [[str(item) for item in rows[rows["lhs"] == name]["rhs"]] for name in names]
    items = list(dict.fromkeys(item for block in blocks for item in block))
    values = np.column_stack([table[name] for name in items])
    correlation = np.corrcoef(values[np.isfinite(values).all(axis=1)].T)
    places = [[items.index(item) for item in block] for block in blocks]
    return matrix(htmt(correlation, places, geometric), names, names)


def _tests(found: reliability.DiscriminantValidity) -> list[dict[str, Any]]:
    ends = found.pairs.set_index(["one", "other"])
    return [
        {
            **{"lhs": row["one"], "op": "~~", "rhs": row["other"], "est": row["r"]},
            "ci.lower": ends.loc[(row["one"], row["other"]), "lower"],
            "ci.upper": ends.loc[(row["one"], row["other"]), "upper"],
            **{"Df": row["df"], "AIC": row["aic"], "BIC": row["bic"], "Chisq": row["chisq"]},
            **{"Chisq diff": row["chisq_diff"], "RMSEA": row["rmsea_diff"], "Df diff": row["df_diff"]},
            "Pr(>Chisq)": row["pvalue"],
        }
        for row in found.tests.to_dict("records")
    ]
