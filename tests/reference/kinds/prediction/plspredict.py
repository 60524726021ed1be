"""Out-of-sample prediction with given folds, by seminr and cSEM."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from mlbc_stats import composites
from tests.reference.kinds.composites.models import Call, call_of, data_of, filled, fitted
from tests.reference.kinds.corpus import Case, Corpus

TABLES = {"pls": "pls", "lm_exogenous": "lm_exogenous", "lm_all_other": "lm_all_other",
          "indicator_average": "average", "pls_in_sample": "pls_in_sample"}  # fmt: skip


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    found = predicted(case, corpus, call_of(case))
    out: dict[str, Any] = {name: rows(found.errors(kind).to_dict("records")) for name, kind in TABLES.items()}
    out["predictions_head"] = {
        "rownames": [str(k + 1) for k in range(10)],
        "colnames": list(found.indicators),
        "values": found.predicted["pls"][0, :10].tolist(),
    }
    return out


def predicted(case: Case, corpus: Corpus, call: Call) -> composites.CompositePrediction:
    """Gaps are replaced before rows are cut and folds are drawn, as the call does."""
    text = "\n".join(case["call"])
    data = filled(data_of(case, corpus))
    if kept := re.search(r"d <- d\[(\d+):(\d+), *\]", text):
        data = {name: column[int(kept[1]) - 1 : int(kept[2])] for name, column in data.items()}
    n = len(next(iter(data.values())))
    technique = (case.get("args") or {}).get("technique") or ("EA" if "predict_EA" in text else "DA")
    fit = fitted(call, data)
    return composites.predict(
        fit,
        folds=folds_of(text, n, case, corpus),
        technique={"EA": "earliest", "DA": "direct"}[technique],
        corrected=bool(fit.specification.factors.any()),
    )


def folds_of(text: str, n: int, case: Case, corpus: Corpus) -> Any:
    """Folds by a formula of the row, in the call or the arguments, of their own file, or one case each."""
    told = f"{text}\n{(case.get('args') or {}).get('folds', '')}"
    for pattern in (r"%% (\d+) \+ 1", r"\(\(row - 1\) mod (\d+)\) \+ 1", r"rep_len\(1:(\d+), nrow\(d\)\)"):
        if found := re.search(pattern, told):
            return np.arange(n) % int(found[1])
    if more := case["data"].get("more"):
        columns = list(corpus.table(more[0]).values())
        return np.array(columns if len(columns[0]) == n else np.array(columns).T).squeeze()
    return "loo"


def rows(records: Iterable[dict[Any, Any]]) -> list[dict[str, Any]]:
    """By indicator alone."""
    return [{str(key): value for key, value in row.items() if key != "construct"} for row in records]
