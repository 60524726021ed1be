"""Match the columns and signs of a rotated exploratory solution with those of the stored one."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

from tests.reference.corpus import Case

Rows = list[dict[str, Any]]
# Fields that change sign when a factor is reflected (intervals also swap their ends, and are not compared).
SIGNED = ("est", "est.std", "std.lv", "std.all", "std.nox")


def align_factors(case: Case, got: dict[str, Any]) -> dict[str, Any]:
    """`got` with exploratory factors renamed and reflected as in `case`; unchanged when there are none."""
    expected = case["expected"].get("parameters") or []
    factors = sorted({row["lhs"] for row in expected if row.get("efa") and row["op"] == "=~"})
    if not factors:
        return got
    names, signs = _best_match(_loadings(expected), _loadings(got["parameters"]), factors)
    aligned: dict[str, Any] = {
        f: [_align_row(r, names, signs) for r in got[f]] for f in ("parameters", "standardized") if f in got
    }
    return {**got, **aligned}


def _loadings(rows: Rows) -> dict[tuple[str, str], float]:
    numbers = [row for row in rows if row["op"] == "=~" and _is_number(row.get("est"))]
    return {(row["lhs"], row["rhs"]): row["est"] for row in numbers}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _best_match(
    want: dict[tuple[str, str], float], have: dict[tuple[str, str], float], factors: list[str]
) -> tuple[dict[str, str], dict[str, float]]:
    """The renaming of our factors, and their signs, that agrees best with the stored loadings."""
    items = [item for factor, item in want if factor == factors[0]]
    product = {
        (f, g): sum(want[f, i] * have.get((g, i), 0.0) for i in items) for f in factors for g in factors
    }
    order = max(
        permutations(factors), key=lambda p: sum(abs(product[f, g]) for f, g in zip(factors, p, strict=True))
    )
    names = dict(zip(order, factors, strict=True))
    signs = {g: 1.0 if product[names[g], g] >= 0 else -1.0 for g in factors}
    return names, signs


def _align_row(row: dict[str, Any], names: dict[str, str], signs: dict[str, float]) -> dict[str, Any]:
    sign = signs.get(row["lhs"], 1.0) * signs.get(row["rhs"], 1.0)
    flipped = {field: sign * row[field] for field in SIGNED if isinstance(row.get(field), (int, float))}
    renamed = {side: names.get(row[side], row[side]) for side in ("lhs", "rhs")}
    return {**row, **flipped, **renamed}
