"""Refuse rows of ordinal variables that have no meaning: thresholds that do not exist, scales of the other kind."""

from __future__ import annotations

from collections.abc import Sequence

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.rows import Row


def check_ordinal_rows(rows: Sequence[Row], options: ModelOptions) -> None:
    """Check the thresholds, scaling factors and residual variances of a table.

    Raises
    ------
    ModelError
        for a threshold beyond the categories in the data or absent, ``|`` or ``~*~`` of another variable, a residual
        variance in the delta parameterization, a scaling factor in the theta parameterization.
    """
    counts = dict(options.thresholds)
    for row in rows:
        if row.op in {"|", "~*~"} and row.lhs not in counts:
            raise ModelError(
                f"{row.lhs} {row.op} {row.rhs}: {row.lhs} is not ordinal; nothing in the model points at it, or it is "
                "no column of the data"
            )
        if row.op == "|":
            _check_threshold(row, counts[row.lhs])
        elif row.op == "~*~":
            _check_scale(row, options.parameterization)
        elif row.op == "~~" and row.lhs == row.rhs and row.lhs in counts:
            _check_residual(row, options.parameterization)
    _check_complete(rows, counts)


def _check_threshold(row: Row, count: int) -> None:
    known = [f"t{k}" for k in range(1, count + 1)]
    if row.rhs not in known:
        raise ModelError(
            f"{row.lhs} | {row.rhs}: {row.lhs} has {count + 1} categories in the data, so its thresholds are "
            f"{', '.join(known)}"
        )


def _check_scale(row: Row, parameterization: str) -> None:
    if row.user and parameterization == "theta" and row.fixed is None:
        raise ModelError(
            f"{row.lhs} ~*~ {row.lhs} is not a parameter of the theta parameterization; free the residual variance "
            f"({row.lhs} ~~ NA*{row.lhs}), or use parameterization='delta'"
        )


def _check_residual(row: Row, parameterization: str) -> None:
    if row.user and parameterization == "delta" and row.fixed != 1.0:
        raise ModelError(
            f"{row.lhs} ~~ {row.lhs}: the residual variance of an ordinal variable follows from its scaling factor in "
            "the delta parameterization; use parameterization='theta', or set the scale with ~*~"
        )


def _check_complete(rows: Sequence[Row], counts: dict[str, int]) -> None:
    present = {(row.lhs, row.rhs, row.group) for row in rows if row.op == "|"}
    for group in sorted({row.group for row in rows}):
        for name, count in counts.items():
            lacking = [f"t{k}" for k in range(1, count + 1) if (name, f"t{k}", group) not in present]
            if lacking:
                raise ModelError(
                    f"the model lacks {name} | {' + '.join(lacking)}; write the thresholds, or use kind='cfa' or 'sem'"
                )
