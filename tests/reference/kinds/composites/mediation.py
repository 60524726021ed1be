"""Direct, indirect, total and specific effects, by seminr and cSEM."""

from __future__ import annotations

from typing import Any

from tests.reference.kinds.composites.models import call_of, data_of, fitted
from tests.reference.kinds.composites.shapes import core, path_rows
from tests.reference.kinds.corpus import Case, Corpus


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    fit = fitted(call_of(case), data_of(case, corpus))
    table = fit.effects.to_dict("records")

    def rows(name: str, kept: Any = lambda row: True) -> list[dict[str, Any]]:
        return [{"from": row["rhs"], "to": row["lhs"], "est": float(row[name])} for row in table if kept(row)]

    return {
        "direct": path_rows(fit),
        "total": rows("total"),
        "total_indirect": rows("indirect"),
        "specific_indirect": fit.specific_effects[["path", "est"]].to_dict("records"),
        "vaf": [row | {"vaf": row["est"]} for row in rows("vaf", lambda row: row["direct"] != 0)],
    } | core(fit)
