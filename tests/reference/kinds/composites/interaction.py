"""Products of constructs: two stages, product indicators, orthogonalized; consistent moments, by seminr and cSEM."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.composites.models import TIGHT, Call, call_of, data_of, fitted
from tests.reference.kinds.composites.shapes import by_indicator, core, csem_report
from tests.reference.kinds.corpus import Case, Corpus

METHODS = {"two_stage": "reestimated", "product_indicator": "product_indicator", "orthogonal": "orthogonal"}
GRID = (-1.0, 0.0, 1.0)


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    if "csem(" in "\n".join(case["call"]):
        return _csem(case, corpus)
    return _seminr(case, corpus)


def _csem(case: Case, corpus: Corpus) -> dict[str, Any]:
    fit = fitted(call_of(case), data_of(case, corpus), case["expected"])
    own = fit.estimates
    names = fit.specification.names
    out = core(fit) | csem_report(fit) if not fit.specification.products else core(fit)
    dotted = [row | {"from": row["from"].replace(":", ".")} for row in out["paths"]]
    return out | {
        "paths": dotted,
        "paths_n_minus_1": dotted,
        "reliabilities": dict(zip(names, own.reliability[0].tolist(), strict=True)),
    }


def _seminr(case: Case, corpus: Corpus) -> dict[str, Any]:
    """All weights again with the product in the model; scores of stage one held beside it."""
    call, data, term = call_of(case), data_of(case, corpus), case["args"]["interaction"]
    iv, moderator = term["iv"], term.get("moderator") or term["iv"]
    targets = term["to"] if isinstance(term["to"], list) else [term["to"]]
    target = targets[0]
    product, shown = f"{iv}:{moderator}", f"{iv}*{moderator}"
    whole = Call(
        "\n".join([call.text, *(f"{each} ~ {product}" for each in targets)]),
        "seminr",
        call.weights,
        call.options,
    )
    method = METHODS[term["method"]]
    fit = fitted(whole, data, None, products=method)
    scale = _scale(fit, product)
    score = fit.scores[product] * scale
    name = f"{shown}_intxn" if method == "reestimated" else None

    def renamed(rows: list[dict[str, Any]], by: float) -> list[dict[str, Any]]:
        return [
            row
            if row["construct"] != product
            else {
                "construct": shown,
                "indicator": name or row["indicator"].replace(":", "*"),
                "est": row["est"] * by,
            }
            for row in rows
        ]

    out = core(fit)
    paths = [row | {"from": row["from"].replace(":", "*")} for row in out["paths"]]
    return out | {
        "paths": paths,
        "weights": renamed(by_indicator(fit.weights), 1.0),
        "loadings": renamed(by_indicator(fit.loadings), scale),
        "interaction_score": {
            "mean": float(score.mean()), "sd": float(score.std(ddof=1)), "head": score.head(5).tolist()
        },
        "simple_slopes": _slopes(fit, target, iv, moderator, product),
        "fixed_scores": _fixed(whole, data, target, product),
    }  # fmt: skip


def _scale(fit: composites.CompositeResult, product: str) -> float:
    cov = fit.construct_correlations
    return float(np.sqrt(cov.loc[product, product]))


def _slopes(
    fit: composites.CompositeResult, target: str, iv: str, moderator: str, product: str
) -> list[dict[str, float]]:
    b = fit.paths[fit.paths["lhs"] == target].set_index("rhs")["est"]
    return [
        {"iv": x, "moderator": z, "predicted": float(b[iv] * x + b[moderator] * z + b[product] * x * z)}
        for z in GRID
        for x in GRID
    ]


def _fixed(call: Call, data: dict[str, Any], target: str, product: str) -> dict[str, Any]:
    options = TIGHT | call.options
    held = composites.fit(call.text, data, weights=call.weights, **options)
    unit = composites.fit(call.text, data, weights=call.weights, product_scale="unit", **options)
    own = held.paths[(held.paths["lhs"] == target) & (held.paths["rhs"] == product)]
    r2, f2 = float(held.rsquare.loc[target, "r2"]), float(own["f2"].iloc[0])

    def rows(fit: composites.CompositeResult) -> list[dict[str, Any]]:
        return [row | {"from": row["from"].replace(":", "*")} for row in core(fit)["paths"]]

    return {
        "paths": rows(held),
        "r2": r2,
        "r2_without": r2 - f2 * (1 - r2),
        "f2_interaction": f2,
        "standardized_product": rows(unit),
    }
