"""Indices of a general factor beside group factors, from a confirmatory model."""

from __future__ import annotations

from typing import Any

from mlbc_stats import factor, sem
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import matrix, named


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    return _confirmatory(case, corpus)


def _confirmatory(case: Case, corpus: Corpus) -> dict[str, Any]:
    text = "\n".join(case["call"])
    model = text[text.index('"') + 1 : text.index('"', text.index('"') + 1)]
    fit = sem.cfa(model, corpus.table(case["data"]["file"]), std_lv=True, orthogonal=True)
    rows = fit.standardized[fit.standardized["op"] == "=~"]
    table = rows.pivot_table(index="rhs", columns="lhs", values="est_std", sort=False).fillna(0.0)
    found, groups = factor.bifactor_indices(table.to_numpy()), list(table.columns[1:])
    return {
        "loadings": matrix(table.to_numpy(), list(table.index), list(table.columns)),
        "chisq": float(fit.fit_measures["chisq"]),
        "df": float(fit.fit_measures["df"]),
        "omega_total": found.omega_total,
        "omega_h": found.omega_h,
        "relative_omega": found.relative_omega,
        "omega_subscale": named(groups, found.omega_subscale),
        "omega_h_subscale": named(groups, found.omega_h_subscale),
        "ecv": found.ecv,
        "ecv_subscale": named(groups, found.ecv_subscale),
        "item_ecv": named(table.index, found.item_ecv),
        "puc": found.puc,
        "h": named(table.columns, found.h),
        "factor_determinacy": named(table.columns, found.determinacy),
    }
