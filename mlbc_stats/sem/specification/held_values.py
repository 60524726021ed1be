"""Hold some free parameters of a table at given values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable


def hold(table: ParameterTable, values: Mapping[int, float]) -> ParameterTable:
    """The table with these parameters (by place in theta, from 0) fixed, the others numbered anew, without definitions.

    Parameters that labels tie to each other are all held or all free.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> held = hold(build_table(parse("f =~ x1 + x2 + x3")), {0: 0.8})
    >>> [(p.rhs, p.free, p.fixed) for p in held.parameters][:4]
    [('x1', 0, 1.0), ('x2', 0, 0.8), ('x3', 1, None), ('x1', 2, None)]
    """
    left = (i for i in range(table.n_free) if i not in values)
    numbers = {i + 1: k for k, i in enumerate(left, start=1)}

    def settle(row: Parameter) -> Parameter:
        if not row.free:
            return row
        if row.free in numbers:
            return replace(row, free=numbers[row.free])
        return replace(row, free=0, fixed=float(values[row.free - 1]))

    return replace(
        table,
        parameters=tuple(settle(row) for row in table.parameters if row.op != ":="),
        simple_equalities=tuple(
            (numbers[a], numbers[b]) for a, b in table.simple_equalities if a in numbers and b in numbers
        ),
    )
