"""Necessary condition analysis: ceilings, effect sizes, bottlenecks, permutations."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import necessity
from mlbc_stats.necessity import NecessityResult
from tests.reference.kinds.corpus import Case, Corpus

CORNER = {"1": "upper_left", "2": "upper_right", "3": "lower_left", "4": "lower_right"}


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call = "\n".join(case["call"])
    return _permuted(case, corpus, call) if "observed" in case["expected"] else _analysed(case, corpus, call)


def _analysed(case: Case, corpus: Corpus, call: str) -> dict[str, Any]:
    table, wanted = corpus.table(case["data"]["file"]), case["expected"]["conditions"]
    outcome = re.search(r'(?:c\([^)]*\)|"[^"]+"),\s*"([^"]+)"', call)[1]  # type: ignore[index]
    ceilings = list(dict.fromkeys(name for each in wanted.values() for name in each["ceilings"]))
    corner = re.search(r"corner = (\d)", call)
    found = necessity.fit(
        table,
        list(wanted),
        outcome,
        ceilings=ceilings,
        corner=CORNER[corner[1]] if corner else "upper_left",
        scope=_scope(call, list(wanted), outcome),
    )
    units = {
        f"{axis}_unit": named[1]
        for axis in "xy"
        if (named := re.search(rf'bottleneck.{axis} = "([^"]+)"', call))
    }
    steps = re.search(r"steps = (\d+)", call)
    return {
        "conditions": {name: _condition(found, name) for name in wanted},
        "bottlenecks": {
            name: _table(found.bottleneck(name, int(steps[1]) if steps else 10, digits=1, **units))
            for name in case["expected"].get("bottlenecks") or {}
        },
    }


def _scope(call: str, names: list[str], outcome: str) -> dict[str, tuple[float, float]] | None:
    found = re.search(r"scope = c\(([^)]*)\)", call)
    if not found:
        return None
    a, b, c, d = map(float, found[1].split(","))
    return dict.fromkeys(names, (a, b)) | {outcome: (c, d)}


def _condition(found: NecessityResult, name: str) -> dict[str, Any]:
    each = found.conditions[name]
    return {
        "n": found.n,
        "scope": each.scope.area,
        "x_range": [each.scope.x_low, each.scope.x_high],
        "y_range": [each.scope.y_low, each.scope.y_high],
        "ceilings": {
            ceiling: {
                "ceiling_zone": own.zone,
                "effect_size": own.size,
                "above": own.above,
                "slope": each.ceilings[ceiling].slope,
                "intercept": each.ceilings[ceiling].intercept,
                "fit": own.fit,
                "ceiling_accuracy": own.accuracy,
                "absolute_inefficiency": own.relative_inefficiency / 100 * each.scope.area,
                "relative_inefficiency": own.relative_inefficiency,
                "condition_inefficiency": own.condition_inefficiency,
                "outcome_inefficiency": own.outcome_inefficiency,
            }
            for ceiling, own in each.effects.items()
        },
    }


def _table(frame: Any) -> dict[str, Any]:
    values = [[None if not np.isfinite(v) else float(v) for v in row] for row in frame.to_numpy()]
    return {"colnames": list(frame.columns), "values": values}


def _permuted(case: Case, corpus: Corpus, call: str) -> dict[str, Any]:
    table = corpus.table(case["data"]["file"])
    given = corpus.table(case["data"]["more"][0])
    orders = np.array(list(given.values()), dtype=int).T - 1
    x, y = re.search(r"nca_hand\(d\$(\w+), d\$(\w+)\)", call).groups()  # type: ignore[union-attr]
    found = necessity.fit(table, x, y, orders=orders).conditions[x]
    names = list(case["expected"]["observed"])
    values = np.column_stack([found.permuted[name] for name in names])
    rows = [[None if np.isnan(v) else float(v) for v in row] for row in values]
    return {
        "observed": {name: found.effects[name].size for name in names},
        "permuted": {"rownames": [str(i + 1) for i in range(len(rows))], "colnames": names, "values": rows},
        "p": {name: found.p_value(name) for name in names},
    }
