"""Starting values beyond infinity: where loadings run away from their marker, its own loading has passed zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

AWAY = 20.0
"""Standardized loading, in units of the marker's, from which a factor has lost its marker."""


def mirrored(
    table: ParameterTable, moments: Sequence[SampleMoments], theta: Floats, joint: bool
) -> Floats | None:
    """Theta (q,) with the factors turned round that have lost their markers; None where none has.

    A marker's loading is fixed at 1, so that the others grow without end as it nears zero in a metric of unit factor
    variance; beyond zero lie the same loadings, covariances and paths with the other sign. `joint` turns a factor in
    all groups at once, as equal loadings ask for.
    """
    lost = _lost(table, moments, theta)
    if not lost:
        return None
    if joint:
        lost = {(name, group) for name, _ in lost for group in range(1, table.n_groups + 1)}
    out = theta.copy()
    for row in table.parameters:
        if row.free and ((row.lhs, row.group) in lost) != (row.op != "~1" and (row.rhs, row.group) in lost):
            out[row.free - 1] *= -1
    return out


def _lost(table: ParameterTable, moments: Sequence[SampleMoments], theta: Floats) -> set[tuple[str, int]]:
    place = {name: i for i, name in enumerate(table.observed)}
    fixed: dict[tuple[str, int], float] = {}
    largest: dict[tuple[str, int], float] = {}
    for row in table.parameters:
        if row.op == "=~" and row.rhs in place:
            key, size = (
                (row.lhs, row.group),
                abs(_value(row, theta)) / _spread(moments[row.group - 1], place[row.rhs]),
            )
            kept = largest if row.free else fixed
            kept[key] = max(size, kept.get(key, 0.0))
    return {key for key, size in largest.items() if 0 < fixed.get(key, 0.0) * AWAY < size}


def _value(row: Parameter, theta: Floats) -> float:
    return float(theta[row.free - 1]) if row.free else float(row.fixed or 0.0)


def _spread(moments: SampleMoments, at: int) -> float:
    return float(np.sqrt(moments.start.cov[at, at]))
