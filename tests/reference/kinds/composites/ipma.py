"""Importance-performance analysis, by cSEM's doIPMA on items brought to 0 … 100."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    fit = fitted(call_of(case), data_of(case, corpus))
    found = composites.importance(fit, range_of(case))
    names, items = list(fit.specification.names), list(fit.sample.names)
    table = found.constructs()
    effects = found.effects + np.eye(len(names))
    return {
        "construct_importance": [
            {"from": row["construct"], "to": row["target"], "est": row["importance"]}
            for row in table.to_dict("records")
        ],
        "construct_performance": dict(zip(names, map(float, found.performance), strict=True)),
        "indicator_importance": {
            "rownames": names,
            "colnames": items,
            "values": (effects @ found.weights).tolist(),
        },
        "indicator_performance": dict(zip(items, map(float, found.indicator_performance), strict=True)),
    }


def range_of(case: Case) -> tuple[float, float]:
    """The ends of the scale, from `100 * (v - low) / width` or the arguments."""
    args = case.get("args") or {}
    if "range" in args:
        return float(args["range"][0]), float(args["range"][1])
    written = re.search(
        r"100 \* \((\w+)(?: - ([\d.]+))?\) / ([\d.]+|\(([\d.]+) - ([\d.]+)\))", "\n".join(case["call"])
    )
    assert written is not None, "no range in the call"
    low = float(written[2] or 0)
    width = float(written[4]) - float(written[5]) if written[4] else float(written[3])
    return low, low + width
