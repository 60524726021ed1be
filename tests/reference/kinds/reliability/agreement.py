"""Agreement: of groups about items, of raters on numbers, of raters on categories."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
from scipy.stats import norm

from mlbc_stats import reliability
from mlbc_stats.reliability.agreement.within_group import cell_indices
from mlbc_stats.survey import raters
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.factor.shapes import matrix


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    table, expected = corpus.table(case["data"]["file"]), case["expected"]
    if "table" in expected:
        return _raters(table)
    return _categories(table) if "kappa" in expected else _groups(table, case)


def _raters(table: dict[str, list[Any]]) -> dict[str, Any]:
    found = reliability.intraclass(table)
    rows = found.table.rename(columns={"pvalue": "p"}).reset_index().to_dict("records")
    return {
        "icc2k_bounds_mcgraw_wong": list(found.irr_bounds),
        "table": rows,
        "mean_squares": {
            "subjects": found.ms_targets,
            "judges": found.ms_raters,
            "residual": found.ms_residual,
        },
    }


def _categories(table: dict[str, list[Any]]) -> dict[str, Any]:
    """Categories are the leading digits of labels, or numbers."""
    codes = np.array([[int(str(cell)[0]) for cell in column] for column in table.values()]).T
    first, second = codes[:, 0], codes[:, 1]
    plain, squared = raters.cohen_kappa(first, second), raters.cohen_kappa(first, second, "quadratic")
    fleiss = raters.fleiss_kappa(raters.category_counts(codes)[0])
    names = sorted(set(codes[:, :2].ravel().tolist()))
    shares = [[float(np.mean((first == a) & (second == b))) for b in names] for a in names]
    texts = [str(name) for name in names]
    bounds = [[one.lower, one.value, one.upper] for one in (plain, squared)]
    return {
        "kappa": plain.value,
        "weighted_kappa_quadratic": squared.value,
        "var_kappa": plain.error**2,
        "var_weighted": squared.error**2,
        "confidence": matrix(
            np.array(bounds), ["unweighted kappa", "weighted kappa"], ["lower", "estimate", "upper"]
        ),
        "agreement_table": matrix(np.array(shares), texts, texts),
        "light": raters.light_kappa(codes).value,
        "fleiss": {"value": fleiss.value, "z": float(norm.isf(fleiss.pvalue / 2))},
        "fleiss_exact": raters.conger_kappa(codes).value,
        "percent_agreement": 100 * float(np.mean(first == second)),
    }


def _groups(table: dict[str, list[Any]], case: Case) -> dict[str, Any]:
    """Groups of a smallest size; the first column names them."""
    first, *items = table
    sizes, args = Counter(table[first]), case["args"]
    keep = [sizes[name] >= args["min_group_size"] for name in table[first]]
    data = {name: np.array(table[name])[keep] for name in items}
    group = np.array(table[first])[keep].tolist()
    low = int(min(column.min() for column in data.values()))
    options = (low, low + args["response_options"] - 1)
    found = reliability.group_agreement(data, group, options, null=float(args["ranvar"]))
    item = found.items.xs(items[0], level="item")
    scale = {"scale": np.mean(list(data.values()), axis=0)}
    icc = reliability.clustering(scale, group, method="mean_size").loc["scale"]
    by_item = reliability.clustering(data, group, method="reml")
    n, within = len(group), _within(scale["scale"], np.array(group))
    return {
        "icc1": icc["icc1"],
        "icc2": icc["icc2"],
        "item_icc": [
            {"Variable": name, "ICC1": row["icc1"], "ICC2": row["icc2"]} for name, row in by_item.iterrows()
        ],
        "scale_anova": {
            "ms_between": within * icc["F"],
            "ms_within": within,
            "mean_group_size": n / found.n_groups,
        },
        "rwg_item1": _rows(item, rwg="rwg"),
        "rwg_j": _rows(found.table, rwg="rwg_j"),
        "rwg_j_lindell": _rows(found.table, rwg="rwg_lindell"),
        "ad_mean": _rows(found.table, ad="ad_mean"),
        "ad_median": _rows(found.table, ad="ad_median"),
        "awg_item1": _rows(
            item.assign(awg=_awg(data[items[0]], group, case)), awg="awg", nraters_used="variance"
        ),
    }


def _awg(answers: np.ndarray, group: list[Any], case: Case) -> list[float]:
    """awg with the range of the call, which need not be that of the answers."""
    given = re.search(r"range = c\((-?\d+), (-?\d+)\)", "\n".join(case["call"]))
    assert given is not None
    low, high, names = int(given[1]), int(given[2]), np.array(group)
    return [cell_indices(answers[names == name][:, None], low, high)[4, 0] for name in dict.fromkeys(group)]


def _within(values: np.ndarray, group: np.ndarray) -> float:
    """Mean square within groups."""
    squares = [np.sum((values[group == name] - values[group == name].mean()) ** 2) for name in set(group)]
    return float(sum(squares)) / (len(values) - len(squares))


def _rows(frame: Any, **columns: str) -> list[dict[str, Any]]:
    fields = {name: frame[column] for name, column in columns.items()}
    return [
        {"group": str(name), "n": int(frame["n"][name]), **{k: float(v[name]) for k, v in fields.items()}}
        for name in frame.index
    ]
