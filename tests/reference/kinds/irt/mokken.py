"""Mokken scale analysis: coefficients, selection, monotonicity, order of items; two levels."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

from mlbc_stats import irt, reliability
from mlbc_stats.irt.scalability.guttman_errors import guttman_errors
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.irt.answers import named_columns, read

COLUMNS = {"active": "#ac", "violations": "#vi", "largest": "maxvi", "sum": "sum", "significant": "#{}sig"}


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    if "MLcoefH" in "\n".join(case["call"]):
        return _two_level(case, corpus)
    expected, call = case["expected"], "\n".join(case["call"])
    data = read(case, corpus, [row["item"] for row in expected["items"]])
    found = irt.mokken(data, lower_bound=_number(r"lowerbound = ([\d.]+)", call, 0.3))
    scaled = next((name for name in expected if name.startswith("aisp")), "aisp_c30")
    names = list(found.items)
    return {
        "H": found.h.scale,
        "se_H": found.h.scale_se,
        "items": [
            {"item": n, "H": h, "se": s}
            for n, h, s in zip(names, found.h.items.tolist(), found.h.items_se.tolist(), strict=True)
        ],
        "pairs": _pairs(found, expected["pairs"]),
        "z": {"Z": found.z, "items": dict(zip(names, found.z_items.tolist(), strict=True))},
        "reliability": {
            "MS": found.reliability,
            "alpha": reliability.alpha(data).alpha,
            "lambda2": reliability.guttman_bounds(data).lambda2,
        },
        scaled: dict(zip(names, found.scale.tolist(), strict=True)),
        "monotonicity": _monotonicity(case, data, call),
        **_order(data, expected, call),
        "guttman_errors": guttman_errors(np.column_stack(list(data.values())), ties="first").tolist(),
    }


def _pairs(found: irt.MokkenResult, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    at = {name: k for k, name in enumerate(found.items)}
    return [
        {
            "a": row["a"],
            "b": row["b"],
            "H": float(found.h.pairs[at[row["a"]], at[row["b"]]]),
            "se": float(found.h.pairs_se[at[row["a"]], at[row["b"]]]),
        }
        for row in wanted
    ]


def _monotonicity(case: Case, data: dict[str, Any], call: str) -> list[dict[str, Any]]:
    size = int(_number(r"minsize = (\d+)", call, 0)) or None
    table = irt.monotonicity(data, least_violation=_number(r"minvi = ([\d.]+)", call, 0.03), group_size=size)
    return [_summary(row, "z", two=True) for row in table.to_dict("records")]


def _order(data: dict[str, Any], expected: dict[str, Any], call: str) -> dict[str, Any]:
    if not expected.get("iio"):
        return {}
    found = irt.item_order(data)
    steps = found.selection.T
    return {
        "iio": [_summary(row, "t", two=False) for row in found.table.to_dict("records")],
        "HT": found.h_transposed,
        "iio_selection": [
            {name: None if np.isnan(v) else float(v) for name, v in row.items()}
            for _, row in steps.iterrows()
        ],
    }


def _summary(row: dict[str, Any], letter: str, two: bool) -> dict[str, Any]:
    """The row as the reference prints it: rounded; scalability of the ordering is rounded twice."""
    active, violations = row["active"], row["violations"]
    return {
        "item": row["item"],
        "ItemH": _rounded(row["h"], 2) if two else _rounded(_rounded(row["h"], 3), 2),
        "#ac": active,
        "#vi": violations,
        "#vi/#ac": _rounded(violations / active, 2),
        "maxvi": _rounded(row["largest"], 2),
        "sum": _rounded(row["sum"], 2),
        "sum/#ac": _rounded(row["sum"] / active, 4),
        f"{letter}max": _rounded(row[f"{letter}_max"], 2),
        f"#{letter}sig": row["significant"],
        "crit": float(np.floor(max(0.0, row["crit"]))),
    }


def _rounded(value: float, digits: int) -> float:
    """Half to even of the decimal that the number shows, as R rounds."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def _two_level(case: Case, corpus: Corpus) -> dict[str, Any]:
    table, call = corpus.table(case["data"]["file"]), "\n".join(case["call"])
    unit = next(iter(table))
    names = [row["name"] for row in case["expected"]["Hi"]]
    groups = np.array(table[unit])
    least = int(_number(r">= (\d+)", call, 2))
    kept = np.isin(groups, [g for g in np.unique(groups) if (groups == g).sum() >= least])
    data = {name: np.array(values)[kept] for name, values in named_columns(table, names).items()}
    found = irt.mokken(data | {unit: groups[kept]}, names, unit=unit).two_level
    assert found is not None
    rows = [
        {"name": name} | _levels("i", value, error)
        for name, value, error in zip(names, found.items, found.items_se, strict=True)
    ]
    return {"Hi": rows, "H": [{"name": "1"} | _levels("", found.scale, found.scale_se)]}


def _levels(suffix: str, value: np.ndarray, error: np.ndarray) -> dict[str, float]:
    out = {}
    for k, name in enumerate(("HW", "HB", "HBW")):
        out[f"{name}{suffix}"], out[f"se.{name}{suffix}"] = float(value[k]), float(error[k])
    return out


def _number(pattern: str, text: str, default: float) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else default
