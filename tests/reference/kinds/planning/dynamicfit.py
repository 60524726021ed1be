"""Dynamic fit index cutoffs of one-factor models: both are simulated, so their quantiles are near, not equal."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mlbc_stats import sem
from tests.reference.kinds.corpus import Case, Corpus

TERM = re.compile(r"([\d.]+)\s*\*\s*(\w+)")


def result(case: Case, corpus: Corpus) -> dict[str, Any]:
    found = cutoffs_of(case)
    rows = {(row["level"], row["rule"]): row for row in found.table.to_dict("records")}
    quantiles = found.quantiles(case["expected"]["quantile_levels"])
    return {
        "cutoffs": [_row(row, rows) for row in case["expected"]["cutoffs"]],
        "quantile_levels": case["expected"]["quantile_levels"],
        "quantiles": {name: quantiles[_ours(name)].tolist() for name in case["expected"]["quantiles"]},
    }


def cutoffs_of(case: Case) -> sem.DynamicCutoffs:
    """From the published loadings in the call: the population's own matrix as the sample's."""
    terms = TERM.findall("\n".join(case["call"]))
    names, loadings = [name for _, name in terms], np.array([float(value) for value, _ in terms])
    cov = np.outer(loadings, loadings)
    np.fill_diagonal(cov, 1.0)
    fit = sem.cfa(
        f"factor =~ {' + '.join(names)}",
        sample_cov={"names": names, "values": cov.tolist()},
        sample_nobs=case["args"]["n"],
        std_lv=True,
    )
    return sem.dynamic_cutoffs(fit, case["args"]["reps"], seed=1)


def _row(row: dict[str, Any], rows: dict[tuple[int, str], dict[str, float]]) -> dict[str, Any]:
    """Numbers as in the row: text with three digits, `--` for none."""
    level, rule = re.findall(r"Level (\d): ([\d/]+)", row["level"])[0]
    ours = {name: rows[int(level), rule][name.lower()] for name in row if name != "level"}
    texts = {name: "--" if np.isnan(value) else f"{value:.3f}".lstrip("0") for name, value in ours.items()}
    return {
        "level": row["level"],
        **{name: texts[name] if isinstance(row[name], str) else value for name, value in ours.items()},
    }


def _ours(name: str) -> str:
    index, level = name.split("_L")
    return f"{index.lower()}_{level}"
