"""What is missing from the items of the models: patterns, and whether their means differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats.errors import DataError
from mlbc_stats.moments.sample.little_test import little_mcar
from mlbc_stats.report import Table, format_value
from mlbc_stats.study.stages.material import Material

SHOWN = 10
"""Patterns listed; the others are one row."""


def pattern_table(material: Material) -> Table:
    """The most frequent patterns of missing answers among the units, and Little's test."""
    items = [item.id for name in material.facets for item in material.asked.items_of(name)]
    values = material.units[items].to_numpy(dtype=float)
    patterns, counts = np.unique(np.isnan(values), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rows = [
        {"units": int(counts[k]), "missing": int(patterns[k].sum()), "items": _names(items, patterns[k])}
        for k in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if len(rest):
        rows.append(
            {
                "units": int(counts[rest].sum()),
                "missing": None,
                "items": f"{len(rest)} further patterns",
            }
        )
    frame = pd.DataFrame(rows).astype({"missing": "Int64"})
    share = float(np.isnan(values).mean()) if values.size else float("nan")
    return Table.from_frame(
        frame,
        "Patterns of missing answers to the items of the models",
        formats={"units": "count", "missing": "count"},
        headings={"missing": "items missing", "items": "which"},
        index=False,
        notes=(
            f"{format_value(share, 'percent')} of the {values.size} cells are missing, in {len(counts)} patterns.",
            _little(values),
        ),
        identifier="missing_patterns",
    )


def _names(items: list[str], missing: np.ndarray) -> str:
    names = [name for name, gone in zip(items, missing, strict=True) if gone]
    if not names:
        return "none"
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _little(values: np.ndarray) -> str:
    """Little's test in a sentence, or why there is none."""
    if not np.isnan(values).any():
        return "Nothing is missing, so there is no mechanism to test."
    try:
        found = little_mcar(values)
    except DataError as error:
        return f"No test of values missing completely at random: {error}."
    verdict = "found no differences in means" if found.pvalue >= 0.05 else "found differences in means"
    p = format_value(found.pvalue, "p")
    return (
        f"Little's test {verdict} between patterns: χ² = {found.chisq:.2f}, df = {found.df}, p "
        f"{'' if p[0] in '<>' else '= '}{p}. It cannot "
        "show that answers are missing at random given the other answers, which full information maximum likelihood "
        "assumes."
    )
