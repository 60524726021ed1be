"""Bound parameters by what the sample moments allow: no variance below zero, no loading beyond a perfect one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.columns import column_names
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.sem.starting.ranges import KINDS, NAMED, Limits, Ranges


def add_bounds(
    table: ParameterTable, moments: Sequence[SampleMoments], bounds: Any, refined: Mapping[str, Any] | None
) -> ParameterTable:
    """The table with bounds on its free parameters; those written in the model stay.

    With s² the variance of an observed variable, r the least reliability of a marker and m its variance: 0 ≤ θ_y ≤ s²
    (of a marker (1 − r)s²); rm ≤ ψ_f ≤ m; |λ_y| ≤ √(s²/rm); |ψ_fg| ≤ √(upper ψ_f · upper ψ_g); each range is stretched
    by the factors of `Limits`. A factor without a single unit loading has no m: 0 ≤ ψ_f ≤ max s².

    Parameters
    ----------
    bounds : "standard", "wide", "pos.var", "pos.ov.var", "pos.lv.var", "none", True ("wide"), False, or a table with
        the columns lhs, op, rhs, lower, upper and, for some groups alone, group (from 1).
    refined : lavaan's ``optim.bounds``: kinds in `lower` and `upper`, their factors, least reliability and variance.

    Raises
    ------
    ModelError
        for another name, a table without these columns, or a row that names no free parameter.

    References
    ----------
    De Jonckere & Rosseel (2022), doi:10.1080/10705511.2021.1982716. In R: ``sem(model, data, bounds = "standard")``.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats.moments.sample import from_cov
    >>> from mlbc_stats.sem.language.parser import parse
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> table = build_table(parse("f =~ a + b + c"))
    >>> sample = from_cov(np.eye(3) + 1, table.observed, 100, likelihood="wishart")
    >>> bounded = add_bounds(table, [sample], "standard", None)
    >>> [(row.rhs, round(row.lower, 2), round(row.upper, 2)) for row in bounded.parameters[1:5]]
    [('b', -3.16, 3.16), ('c', -3.16, 3.16), ('a', 0.0, 1.8), ('b', 0.0, 2.0)]
    """
    if not isinstance(bounds, str | bool) and bounds is not None:
        return _given(table, bounds)
    limits = _refined(refined) if refined is not None else _named(bounds)
    if limits is None:
        return table
    rows = list(table.parameters)
    for group, sample in enumerate(moments, start=1):
        own = [row for row in rows if row.group == group]
        ranges = Ranges(own, table, _variances(table, sample), limits)
        rows = [_bounded(row, ranges) if row.group == group else row for row in rows]
    return replace(table, parameters=tuple(rows))


def _named(bounds: str | bool | None) -> Limits | None:
    if bounds is None or bounds is False or bounds == "none" or bounds == "default":
        return None
    name = "wide" if bounds is True else str(bounds)
    if name not in NAMED:
        known = ", ".join(map(repr, (*NAMED, "none")))
        raise ModelError(f"bounds={bounds!r} is not known; use {known}, or a table with lower and upper")
    return NAMED[name]


def _refined(given: Mapping[str, Any]) -> Limits:
    asked = {name.replace("_", "."): value for name, value in given.items()}
    ends = []
    for end in ("lower", "upper"):
        kinds = asked.pop(end, ())
        kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        factors = np.broadcast_to(np.asarray(asked.pop(f"{end}.factor", 1.0), dtype=float), len(kinds))
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise ModelError(f"optim_bounds: {', '.join(unknown)} is no kind of {', '.join(KINDS)}")
        ends.append(dict(zip(kinds, factors.tolist(), strict=True)))
    reliability, least = asked.pop("min.reliability.marker", 0.1), asked.pop("min.var.lv.endo", 0.005)
    asked.pop("min.var.lv.exo", None)
    if asked:
        raise ModelError(f"optim_bounds has no entry {', '.join(asked)}")
    return Limits(ends[0], ends[1], float(reliability), float(least))


def _variances(table: ParameterTable, sample: SampleMoments) -> dict[str, float]:
    diagonal = np.diagonal(sample.start.cov).tolist()
    values = dict(zip(table.observed, diagonal, strict=True))
    return values | dict.fromkeys(table.ordinal, 1.0)


def _bounded(row: Parameter, ranges: Ranges) -> Parameter:
    if not row.free:
        return row
    low, high = ranges.of(row)
    return replace(
        row,
        lower=row.lower if row.lower > -inf else low,
        upper=row.upper if row.upper < inf else high,
    )


def _given(table: ParameterTable, bounds: Any) -> ParameterTable:
    """Bounds of a table with the columns lhs, op, rhs, lower, upper."""
    names = column_names(bounds)
    needed = ("lhs", "op", "rhs", "lower", "upper")
    if missing := [name for name in needed if name not in names]:
        raise ModelError(
            f"bounds: the table has no column {', '.join(missing)}; it needs lhs, op, rhs, lower, upper (and group)"
        )
    columns = {name: list(bounds[name]) for name in (*needed, *(n for n in ("group",) if n in names))}
    rows = list(table.parameters)
    for at in range(len(columns["lhs"])):
        lhs, op, rhs = (str(columns[name][at]) for name in needed[:3])
        group = columns.get("group", [None] * (at + 1))[at]
        low, high = (_end(columns[name][at], other) for name, other in (("lower", -inf), ("upper", inf)))
        hits = [i for i, row in enumerate(rows) if row.free and _names(row, lhs, op, rhs, group)]
        if not hits:
            raise ModelError(f"bounds: {lhs} {op} {rhs} is no free parameter of the model")
        if low > high:
            raise ModelError(
                f"bounds: {lhs} {op} {rhs} has a lower bound ({low:g}) above the upper one ({high:g})"
            )
        for i in hits:
            rows[i] = replace(rows[i], lower=max(rows[i].lower, low), upper=min(rows[i].upper, high))
    return replace(table, parameters=tuple(rows))


def _end(value: Any, other: float) -> float:
    return other if value is None or value != value else float(value)


def _names(row: Parameter, lhs: str, op: str, rhs: str, group: Any) -> bool:
    sides = {(row.lhs, row.rhs), (row.rhs, row.lhs)} if op == "~~" else {(row.lhs, row.rhs)}
    return row.op == op and (lhs, rhs) in sides and (group is None or int(group) == row.group)
