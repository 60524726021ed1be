"""Parameter tables with factors of unit variance, a correlation held at a value, or two factors made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.reliability.items import Floats
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

RELATIONS = ("=~", "~", "~~", "~1", "|", "~*~", "<~")
"""Operators of parameters; the others are constraints and definitions."""


def unit_factors(table: ParameterTable, theta: Floats) -> ParameterTable:
    """The same model with every factor scaled by a variance of one, starting where it was estimated.

    Parameters
    ----------
    table : of a fitted model; theta : (q,) its estimates.

    Raises
    ------
    ModelError
        when factors are scaled by a loading and parameters are tied by labels, groups or constraints, since a change
        of scale would change what is tied; or their means are estimated.
    """
    spread = _spread(table, theta)
    _require_rescalable(table, spread)

    def rescale(row: Parameter) -> Parameter:
        value = theta[row.free - 1] if row.free else row.fixed
        one, other = (spread.get((name, row.group), 1.0) for name in (row.lhs, row.rhs))
        if value is None or not (row.free or (row.lhs, row.group) in spread):
            return row
        if row.op == "=~" and value and (row.lhs, row.group) in spread:
            return replace(row, free=1, fixed=None, start=value * one)
        if row.op == "~~" and row.lhs == row.rhs and (row.lhs, row.group) in spread:
            return replace(row, free=0, fixed=1.0, start=None)
        return replace(row, start=value / (one * other) if row.op == "~~" else value) if row.free else row

    return _renumbered(table, [rescale(row) for row in table.parameters])


def with_correlation(
    table: ParameterTable, pair: tuple[str, str], group: int, value: float
) -> ParameterTable:
    """The table, of factors with unit variance, with the covariance of two of them held at a value in one group.

    Raises
    ------
    ModelError
        when it is tied to others by a label.
    """
    tied = {number for both in table.simple_equalities for number in both}

    def hold(row: Parameter) -> Parameter:
        if row.op != "~~" or {row.lhs, row.rhs} != set(pair) or row.group != group:
            return row
        if row.free in tied:
            raise ModelError(
                f"the covariance of {pair[0]} and {pair[1]} is tied to others; leave its label out to test it"
            )
        return replace(row, free=0, fixed=value, start=None)

    return _renumbered(table, [hold(row) for row in table.parameters])


def merged(table: ParameterTable, pair: tuple[str, str]) -> ParameterTable:
    """The table, of factors with unit variance, with the items of the second factor measuring the first."""
    one, other = pair
    rows = []
    for row in table.parameters:
        if row.lhs == other and row.op == "=~":
            rows.append(replace(row, lhs=one))
        elif other not in (row.lhs, row.rhs):
            rows.append(row)
    latent = tuple(name for name in table.latent if name != other)
    return replace(_renumbered(table, rows), latent=latent)


def factor_pairs(table: ParameterTable) -> list[tuple[str, str, int]]:
    """(one, other, group) of every two factors whose covariance the model estimates."""
    explained = {row.lhs for row in table.parameters if row.op == "~"}
    explained |= {row.rhs for row in table.parameters if row.op == "=~" and row.rhs in table.latent}
    factors = set(table.latent) - explained - set(table.composites)
    return [
        (row.lhs, row.rhs, row.group)
        for row in table.parameters
        if row.op == "~~" and row.free and row.lhs != row.rhs and {row.lhs, row.rhs} <= factors
    ]


def _spread(table: ParameterTable, theta: Floats) -> dict[tuple[str, int], float]:
    """Standard deviation of every factor whose variance is estimated, by factor and group."""
    return {
        (row.lhs, row.group): float(np.sqrt(max(theta[row.free - 1], 1e-8)))
        for row in table.parameters
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in table.latent and row.free
    }


def _require_rescalable(table: ParameterTable, spread: Mapping[tuple[str, int], float]) -> None:
    """ModelError when another scale of the factors would make another model."""
    if not spread:
        return
    advice = "so its factors cannot be given a variance of one; fit it with std_lv=True"
    if table.simple_equalities or any(row.op not in RELATIONS for row in table.parameters):
        raise ModelError(f"parameters of this model are tied to one another, {advice}")
    moving = [row.lhs for row in table.parameters if row.op == "~1" and row.free and row.lhs in table.latent]
    if moving:
        raise ModelError(f"the mean of {moving[0]} is estimated, {advice}")
    held = Counter((row.lhs, row.group) for row in table.parameters if row.op == "=~" and row.fixed)
    several = [name for (name, group), count in held.items() if count > 1 and (name, group) in spread]
    if several:
        raise ModelError(f"several loadings of {several[0]} are held at values, {advice}")


def _renumbered(table: ParameterTable, rows: Sequence[Parameter]) -> ParameterTable:
    """The rows with free numbers in their order, and the ties between them."""
    numbers: dict[str, int] = {}
    for row in rows:
        if row.free:
            numbers[row.plabel] = len(numbers) + 1
    label = {row.free: row.plabel for row in table.parameters if row.free}
    ties = [(label[a], label[b]) for a, b in table.simple_equalities]
    return replace(
        table,
        parameters=tuple(replace(row, free=numbers.get(row.plabel, 0)) for row in rows),
        simple_equalities=tuple((numbers[a], numbers[b]) for a, b in ties if a in numbers and b in numbers),
    )
