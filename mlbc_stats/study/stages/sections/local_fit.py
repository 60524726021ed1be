"""Where a model misses: its largest residual correlations and modification indices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.report import RowGroup, Table

if TYPE_CHECKING:
    from mlbc_stats.sem.fitting.sem_result import SemResult

SHOWN = 8
"""Rows per model in each table."""
BEYOND = 0.10
"""Residual correlation that is usually looked into."""


def local_fit_tables(fits: Mapping[str, SemResult]) -> tuple[Table, ...]:
    """Two tables over all models that have a solution."""
    solved = {name: fit for name, fit in fits.items() if fit.converged}
    residuals = {name: _residuals(fit) for name, fit in solved.items()}
    indices = {name: _indices(fit) for name, fit in solved.items()}
    tables = []
    found = {name: frame for name, (frame, _) in residuals.items() if len(frame)}
    if found:
        counts = "; ".join(
            f"{name} {beyond} of {total}" for name, (_, (beyond, total)) in residuals.items() if total
        )
        tables.append(
            _table(
                found,
                "Largest residual correlations",
                "residuals",
                {"residual": "bounded"},
                f"Observed minus implied correlation; beyond ± {BEYOND:.2f}: {counts} pairs.",
            )
        )
    found = {name: frame for name, frame in indices.items() if len(frame)}
    if found:
        tables.append(
            _table(
                found,
                "Largest modification indices",
                "modification",
                {"mi": "statistic", "epc": "estimate", "sepc_all": "bounded"},
                "By how much χ² (1 df, not scaled) would fall if the parameter were freed, and the value it would "
                "take. With so many candidates some are large by chance alone; none was freed.",
            )
        )
    return tuple(tables)


def _residuals(fit: SemResult) -> tuple[pd.DataFrame, tuple[int, int]]:
    try:
        whole = sem.largest_residuals(fit, number=10**6)
    except (ModelError, NotServedError):
        return pd.DataFrame(), (0, 0)
    beyond = int((whole["residual"].abs() > BEYOND).sum())
    shown = whole.head(SHOWN)
    pairs = [f"{one} with {other}" for one, other in zip(shown["lhs"], shown["rhs"], strict=True)]
    return pd.DataFrame({"pair": pairs, "residual": shown["residual"]}), (beyond, len(whole))


def _indices(fit: SemResult) -> pd.DataFrame:
    try:
        found = sem.modification_indices(fit, op=("=~", "~~", "~"), maximum_number=SHOWN)
    except (ModelError, NotServedError):
        return pd.DataFrame()
    names = [
        " ".join(parts)
        for parts in found[["lhs", "op", "rhs"]].astype(str).itertuples(index=False, name=None)
    ]
    return pd.DataFrame({"parameter": names, **{name: found[name] for name in ("mi", "epc", "sepc_all")}})


def _table(
    frames: Mapping[str, pd.DataFrame], title: str, identifier: str, formats: Mapping[str, str], note: str
) -> Table:
    groups, at = [], 0
    for name, frame in frames.items():
        groups.append(RowGroup(name, at))
        at += len(frame)
    return Table.from_frame(
        pd.concat(frames.values(), ignore_index=True),
        title,
        formats=formats,
        headings={"mi": "index", "epc": "expected change", "sepc_all": "standardized"},
        groups=groups,
        index=False,
        notes=(note,),
        identifier=identifier,
    )
