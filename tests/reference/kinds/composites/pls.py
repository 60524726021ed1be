"""Partial least squares: weights, loadings, paths and the report, by seminr, cSEM and plspm."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from tests.reference.kinds.composites import plspm_report
from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.composites.shapes import core, csem_report, seminr_report
from tests.reference.kinds.corpus import Case, Corpus

WHOLE = ("unit", "PCA", "SUMCORR", "MAXVAR", "MINVAR")


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call = "\n".join(case["call"])
    if "red <- function" in call:
        return _redundancy(case, corpus)
    if set(case["expected"]) <= set(WHOLE):
        return _approaches(case, corpus)
    if "rows[b, ]" in call or case["data"].get("more"):
        from tests.reference.kinds.composites.resampled import given_rows

        return given_rows(case, corpus)
    return report_of(case, corpus)


def report_of(case: Case, corpus: Corpus) -> dict[str, Any]:
    """One model, with the report of its program."""
    found = call_of(case)
    fit = fitted(found, data_of(case, corpus), case["expected"])
    reports = {"seminr": seminr_report, "cSEM": csem_report, "plspm": plspm_report.report}
    return core(fit) | reports[found.program](fit)


def _approaches(case: Case, corpus: Corpus) -> dict[str, Any]:
    """The same model with several kinds of weights; the criterion is of the composites' correlations."""
    out = {}
    for name, expected in case["expected"].items():
        found = call_of(case)
        weights = {"unit": "unit", "PCA": "pca"}.get(name, name.lower())
        fit = fitted(type(found)(found.text, "cSEM", weights, found.options), data_of(case, corpus), expected)
        c = fit.composite_correlations.to_numpy()
        values = np.linalg.eigvalsh(c)
        criterion = {"SUMCORR": c.sum(), "MAXVAR": values[-1], "MINVAR": values[0]}.get(name, np.nan)
        out[name] = core(fit) | csem_report(fit) | {"criterion": float(criterion)}
    return out


def _redundancy(case: Case, corpus: Corpus) -> dict[str, Any]:
    """A formative block against one global item."""
    call, data = "\n".join(case["call"]), data_of(case, corpus)
    out = {}
    pattern = r'(\w+) = red\("\w+", multi_items\("(\w+)", (\d+):(\d+)\), "(\w+)"\)'
    for name, stem, first, last, item in re.findall(pattern, call):
        from mlbc_stats import composites

        block = [f"{stem}{k}" for k in range(int(first), int(last) + 1)]
        text = f"F <~ {' + '.join(block)}\nG <~ {item}\nG ~ F"
        fit = composites.fit(
            text, data, weights={"F": "modeB"}, missing="mean", tolerance=1e-13, max_iter=20_000
        )
        own = fit.weights[fit.weights["lhs"] == "F"]
        loadings = fit.loadings[fit.loadings["lhs"] == "F"]
        out[name] = {
            "path": float(fit.paths["est"].iloc[0]),
            "r2": float(fit.rsquare["r2"].iloc[0]),
            "weights": dict(zip(own["rhs"], own["est"], strict=True)),
            "loadings": dict(zip(loadings["rhs"], loadings["est"], strict=True)),
            "vif": dict(zip(own["rhs"], own["vif"], strict=True)),
        }
    return out
