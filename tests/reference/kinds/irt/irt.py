"""Item response models: parameters in both forms, scores, information, fit of items and of the model."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from mlbc_stats import irt
from mlbc_stats.irt import IrtResult
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.irt.answers import read

MODELS = {"2PL": "2pl", "graded": "graded", "gpcm": "gpcm", "ggum": "ggum"}


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    """Integrated as the reference is: 161 nodes over ±8, unless the call says otherwise."""
    expected, call = case["expected"], "\n".join(case["call"])
    names = list(dict.fromkeys(row["item"] for row in expected["parameters"]))
    data = read(case, corpus, names)
    nodes = int(found[1]) if (found := re.search(r"quadpts = (\d+)", call)) else 161
    reach = float(found[1]) if (found := re.search(r"theta_lim = c\(-([\d.]+)", call)) else 8.0
    fit = irt.fit(data, _model(case, data), nodes=nodes, reach=reach)
    scores = irt.scores(fit)
    out = {
        "n": fit.n,
        "npar": fit.npar,
        "loglik": fit.loglik,
        "aic": fit.aic,
        "bic": fit.bic,
        "parameters": _rows(fit.parameters[["item", "name", "est", "se"]]),
        "irt_parameters": _matrix(list(fit.items), list(fit.table.columns), fit.table.to_numpy()),
        "latent_variance": fit.latent_variance,
        "latent_variance_se": _none(fit.latent_variance_se),
        "eap_reliability": scores.reliability,
    }
    out |= _places(fit, expected)
    if expected.get("eap_head"):
        rows = [int(name) - 1 for name in expected["eap_head"]["rownames"]]
        head = np.column_stack([scores.theta, scores.se])[rows]
        out["eap_head"] = _matrix(expected["eap_head"]["rownames"], ["theta", "se"], head)
    if expected.get("s_x2"):
        tested = irt.item_fit(fit)
        names = {"item": "item", "chi_square": "S_X2", "df": "df.S_X2", "pvalue": "p.S_X2"}
        out["s_x2"] = _rows(tested[list(names)].rename(columns=names))
    if expected.get("m2"):
        kind = re.search(r'm2 <- "([^"]+)"', call)
        out["m2"] = _model_fit(fit, kind[1] if kind else "M2*")
    return out


def _model(case: Case, data: dict[str, list[Any]]) -> str:
    asked = case["args"]["itemtype"]
    if asked == "Rasch":
        return "rasch" if all(len({v for v in each if v == v}) == 2 for each in data.values()) else "pcm"
    return MODELS[asked]


def _places(fit: IrtResult, expected: dict[str, Any]) -> dict[str, Any]:
    wanted = expected.get("item_information")
    if not wanted:
        return {}
    found = irt.information(fit, [float(name) for name in wanted["rownames"]])
    return {
        "item_information": _matrix(wanted["rownames"], list(fit.items), found.item),
        "test_information": found.test.tolist(),
    }


def _model_fit(fit: IrtResult, kind: str) -> dict[str, Any]:
    found = irt.model_fit(fit, "M2*" if kind == "M2" else kind)
    return {
        "M2": found.chi_square,
        "df": found.df,
        "p": found.pvalue,
        "RMSEA": found.rmsea,
        "RMSEA_5": found.rmsea_lower,
        "RMSEA_95": found.rmsea_upper,
        "SRMSR": found.srmsr,
        "TLI": found.tli,
        "CFI": found.cfi,
    }


def _rows(frame: Any) -> list[dict[str, Any]]:
    return [{name: _none(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _matrix(rows: list[str], columns: list[str], values: Any) -> dict[str, Any]:
    values = np.asarray(values).tolist()
    return {"rownames": rows, "colnames": columns, "values": [[_none(v) for v in row] for row in values]}


def _none(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
