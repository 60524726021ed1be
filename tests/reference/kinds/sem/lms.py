"""Models with products of latent variables, by LMS or QML."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import sem
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    fit = sem.fit(
        model_text(case), corpus.table(case["data"]["file"]), interactions=case["args"].get("method", "lms")
    )
    rows = _rows(fit.parameters, fit.vcov.to_numpy(), fit.robust_uncertainty.vcov)
    wanted = {
        tuple(sorted((row["lhs"], row["rhs"]))) for row in case["expected"]["parameters"] if ":" in row["rhs"]
    }
    return {
        "parameters": [_turned(row, wanted) for row in rows],
        "loglik": fit.loglik,
        "npar": fit.npar,
        "aic": fit.aic,
        "bic": fit.bic,
        "n": fit.nobs,
        "converged": fit.converged,
    }


def model_text(case: Case) -> str:
    """The model out of `model <- "..."`."""
    text = case["args"]["model"]
    quoted = re.search(r"""(["'])(.*?)\1""", text, re.S)
    return quoted[2] if quoted else text


def _rows(frame: Any, vcov: np.ndarray, robust: np.ndarray) -> list[dict[str, Any]]:
    errors = {"se": np.sqrt(np.diag(vcov)), "se_robust": np.sqrt(np.diag(robust))}
    out = []
    for row in frame.itertuples():
        own = {"lhs": row.lhs, "op": row.op, "rhs": row.rhs, "est": row.est}
        out.append(own | {k: float(v[row.free - 1]) for k, v in errors.items() if row.free})
    return out


def _turned(row: dict[str, Any], wanted: set[tuple[str, ...]]) -> dict[str, Any]:
    """A product in the order in which the case names it."""
    turned = ":".join(reversed(row["rhs"].split(":")))
    if ":" in row["rhs"] and tuple(sorted((row["lhs"], row["rhs"]))) not in wanted:
        return row | {"rhs": turned}
    return row
