"""Constructs of higher order in two stages, by seminr and cSEM."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.reference.kinds.composites.models import (
    Call,
    call_of,
    data_of,
    fitted,
    from_args,
    text_of,
)
from tests.reference.kinds.composites.shapes import (
    core,
    csem_report,
    matrix,
    reliability_rows,
    seminr_report,
)
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    args = case.get("args") or {}
    if "first_stage" in args:
        return _seminr(case, corpus)
    found = call_of(case)
    options = found.options | {"higher": "scores"}
    fit = fitted(replace(found, options=options), data_of(case, corpus), case["expected"])
    out = core(fit) | csem_report(fit)
    early = fit.first_stage
    if early is not None:
        out["first_stage"] = core(early) | csem_report(early)
    return out | {"second_stage": core(fit) | csem_report(fit)}


def _seminr(case: Case, corpus: Corpus) -> dict[str, Any]:
    """First stage, second stage, and reliabilities of both."""
    args, data = case["args"], data_of(case, corpus)
    first, top = args["first_stage"], args["higher"]
    constructs = [
        *first["constructs"],
        {
            "name": top["name"],
            "mode": top["mode"],
            "common_factor": top.get("common_factor", False),
            "indicators": top["dimensions"],
        },
    ]
    base = from_args(first | {"constructs": constructs, "scheme": args.get("scheme", "path")})
    call = Call(
        text_of(constructs, args["paths"]),
        "seminr",
        base.weights,
        base.options | call_of(_early(case)).options,
    )
    fit = fitted(call, data)
    early = fit.first_stage
    assert early is not None
    stage = fit.weights.merge(fit.loadings, on=["lhs", "rhs"], suffixes=("", "_loading"))
    return {
        "first_stage": core(early) | seminr_report(early),
        "second_stage": [
            {"construct": row.lhs, "indicator": row.rhs, "weight": row.est, "loading": row.est_loading}
            for row in stage.itertuples()
        ],
        "reliability": reliability_rows(fit)
        + [row for row in reliability_rows(early) if row["construct"] in top["dimensions"]],
        "construct_correlations": matrix(fit.composite_correlations),
    } | core(fit)


def _early(case: Case) -> Case:
    """The case with the arguments of its first stage, and what it says of gaps."""
    args = case["args"]
    gaps = {name: value for name, value in args.items() if name.startswith("missing")}
    return case | {"args": args["first_stage"] | gaps}
