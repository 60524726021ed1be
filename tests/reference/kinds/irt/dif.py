"""Differential item functioning by ordinal logistic regression, and by Mantel-Haenszel beside logistic regression."""

from __future__ import annotations

import re
from typing import Any

from mlbc_stats import irt
from mlbc_stats.irt.functioning.ordinal_logit import pseudo_r2
from tests.reference.kinds.corpus import Case, Corpus
from tests.reference.kinds.irt.answers import named_columns, read


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    call = "\n".join(case["call"])
    group = case.get("args", {}).get("group") or re.findall(r"d\$(\w+)", call)[-1]
    names = list(case["expected"])
    data = read(case, corpus, names, [group])
    data |= named_columns(data, names)
    rows = irt.dif(data, group, names).table.to_dict("records")
    if "mh_odds_ratio" in next(iter(case["expected"].values())):
        tests = irt.dif(data, group, names, method="mantel_haenszel").table.to_dict("records")
        return {row["item"]: _mantel(test, row) for test, row in zip(tests, rows, strict=True)}
    return {row["item"]: _logistic(row, case["expected"][row["item"]]) for row in rows}


def _logistic(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    logs, df = [row[f"loglik{k}"] for k in range(4)], row["df"]
    return {
        "loglik": {f"m{k}": value for k, value in enumerate(logs)},
        "chisq": {name: row[f"chi_{name}"] for name in ("uniform", "nonuniform", "total")},
        "df": [df, df, 2 * df],
        "p": [row[f"p_{name}"] for name in ("uniform", "nonuniform", "total")],
        "r2": {f"m{k}": pseudo_r2(logs[k], logs[0], row["n"]) for k in (1, 2, 3)},
        "slope_m1": row["slope1"],
        "slope_m2": row["slope2"],
        "group_m2": row["group"],
        "slope_change_percent": row["slope_change"],
        "m3": dict(zip(wanted["m3"], (row["slope3"], row["group3"], row["interaction"]), strict=True)),
    }


def _mantel(test: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {
        "mh_odds_ratio": test["odds_ratio"],
        "mh_chisq_corrected": test["chi_square_corrected"],
        "mh_p_corrected": test["pvalue"],
        "mh_chisq": test["chi_square"],
        "log_odds_ci": [test["log_odds_lower"], test["log_odds_upper"]],
        "ets_delta": test["ets_delta"],
        "strata": test["strata"],
        "logistic_uniform": {"group": row["group"], "chisq": row["chi_uniform"]},
        "logistic_nonuniform": {"interaction": row["interaction"], "chisq": row["chi_nonuniform"]},
    }
