"""Indices of a general factor beside group factors, from a confirmatory model or a Schmid-Leiman solution."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import factor, sem
from mlbc_stats.factor.bifactor import explained_common_variance
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import matrix, named


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    return _transformed(case, corpus) if "schmid_leiman" in case["expected"] else _confirmatory(case, corpus)


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


def _transformed(case: Case, corpus: Corpus) -> dict[str, Any]:
    """psych's omega: minres, oblimin, Schmid-Leiman; items belong to the group on which they load highest."""
    table, names = corpus.table(case["data"]["file"]), case["expected"]["schmid_leiman"]["rownames"]
    n = int(re.search(r"n.obs = (\d+)", "".join(case["call"]) + "n.obs = 1000")[1])  # type: ignore[index]
    columns = {name: table[name] for name in names}
    square = len(columns[names[0]]) == len(names)
    m = len(case["expected"]["phi"]["values"])
    data = np.array(list(columns.values())).T if square else columns
    fit = factor.fit(data, m, items=None, n=n if square else None, errors="none")
    r, found = fit.sample.matrix, factor.schmid_leiman(fit.loadings, fit.phi)
    order = _order(case, found.loadings[:, 1:])
    loadings = found.loadings[:, [0, *(order + 1)]]
    members = np.eye(m, dtype=bool)[np.abs(loadings[:, 1:]).argmax(axis=1)]
    general, groups = loadings[:, 0], loadings[:, 1:]
    unique, factors = 1 - np.sum(loadings**2, axis=1), [f"F{k + 1}*" for k in range(m)]
    total, p = float(r.sum()), len(names)
    parts = np.concatenate([np.ones((p, 1), dtype=bool), members], axis=1)
    rows = [_row(name, r, loadings, unique, parts[:, k], k) for k, name in enumerate(["g", *factors])]
    omega_h, omega_total = general.sum() ** 2 / total, 1 - unique.sum() / total
    return {
        "omega_h": omega_h,
        "omega_lim": omega_h / omega_total,
        "alpha": p / (p - 1) * (1 - p / total),
        "G6": 1 - float(np.sum(1 / np.diagonal(np.linalg.inv(r)))) / total,
        "omega_total": omega_total,
        "ecv": explained_common_variance(loadings),
        "group": rows,
        "schmid_leiman": matrix(
            np.column_stack([general, groups, 1 - unique, unique, general**2 / (1 - unique)]),
            names,
            ["g", *factors, "h2", "u2", "p2"],
        ),
        "h2": named(names, 1 - unique),
        "oblique": matrix(fit.loadings[:, order], names, case["expected"]["oblique"]["colnames"]),
        "phi": matrix(fit.phi[np.ix_(order, order)], *[case["expected"]["phi"]["colnames"]] * 2),
        "g_loadings_of_factors": found.second_order[order].tolist(),
    }


def _order(case: Case, groups: np.ndarray) -> np.ndarray:
    """Our group factors in the order of the case's."""
    wanted = np.array(case["expected"]["schmid_leiman"]["values"])[:, 1 : groups.shape[1] + 1]
    return np.abs(wanted.T @ groups).argmax(axis=1)


def _row(
    name: str, r: np.ndarray, loadings: np.ndarray, unique: np.ndarray, own: np.ndarray, k: int
) -> dict[str, Any]:
    variance, sums = float(r[np.ix_(own, own)].sum()), loadings[own].sum(axis=0)
    general, shared = sums[0] ** 2 / variance, 1 - unique[own].sum() / variance
    group = sums[k] ** 2 / variance if k else _own_groups(loadings) / variance
    return {"factor": name, "total": shared if not k else general + group, "general": general, "group": group}


def _own_groups(loadings: np.ndarray) -> float:
    """Squared sums of the group loadings of each group's own items."""
    groups = loadings[:, 1:]
    own = np.eye(groups.shape[1], dtype=bool)[np.abs(groups).argmax(axis=1)]
    return float(np.sum(np.sum(np.where(own, groups, 0.0), axis=0) ** 2))
