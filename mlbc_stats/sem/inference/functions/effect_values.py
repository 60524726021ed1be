"""Values of the direct, indirect and total effects of a model, for batches of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.path_effects import EFFECTS, Pair, effect_pairs, path_effect_slopes, path_effects
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.functions.function_errors import Function, by_complex_steps
from mlbc_stats.sem.inference.standardized import standardizing_factors
from mlbc_stats.sem.specification.levels import level_of, plain
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Effect = tuple[str, str, str, int]
"""(kind, target, source, group from 1)."""


def list_effects(table: ParameterTable, rams: Sequence[Ram]) -> list[Effect]:
    """Every effect, totals first; those of each kind source by source and group by group."""
    rows = [row for row in table.parameters if row.op == "~"]
    place = {name: i for i, name in enumerate(rams[0].variables)}
    targets = np.array([place[name] for name in dict.fromkeys(row.lhs for row in rows)], dtype=np.intp)
    sources = np.array([place[name] for name in dict.fromkeys(row.rhs for row in rows)], dtype=np.intp)
    pairs: list[tuple[Pair, int]] = [
        (pair, group)
        for group, ram in enumerate(rams, start=1)
        for pair in effect_pairs(ram, targets, sources)
    ]
    return [
        (kind, pair.target, pair.source, group)
        for kind in EFFECTS
        for pair, group in pairs
        if kind in pair.kinds
    ]


def effect_values(
    table: ParameterTable,
    rams: Sequence[Ram],
    theta: Floats,
    listed: Sequence[Effect],
    standardized: str | None = None,
) -> Floats:
    """Values (..., k) of the effects at theta (..., q)."""
    out = np.empty((*theta.shape[:-1], len(listed)), dtype=theta.dtype)
    for ram, own, kind, target, source in _by_group(rams, listed):
        found = path_effects(ram, theta, target, source)
        out[..., own] = found[..., kind, np.arange(len(own))]
    if standardized is None:
        return out
    rows = [
        Parameter(t, "~", s, group, 0, "", "", None, None, exo=False, user=0) for _, t, s, group in listed
    ]
    return out * standardizing_factors(rows, table, tuple(rams), theta, standardized)


def effect_names(table: ParameterTable, listed: Sequence[Effect]) -> dict[str, list[Any]]:
    """The columns effect, lhs, op, rhs, [level,] group of listed effects, variables under their own names."""
    out: dict[str, list[Any]] = {
        "effect": [kind for kind, _, _, _ in listed],
        "lhs": [plain(target) for _, target, _, _ in listed],
        "op": ["~"] * len(listed),
        "rhs": [plain(source) for _, _, source, _ in listed],
    }
    if table.two_level:
        out["level"] = [level_of(target) for _, target, _, _ in listed]
    return out | {"group": [group for _, _, _, group in listed]}


def effect_function(
    table: ParameterTable, rams: tuple[Ram, ...], listed: Sequence[Effect], standardized: str | None
) -> Function:
    """The effects as functions of theta."""

    def values(theta: Floats) -> Floats:
        return effect_values(table, rams, theta, listed, standardized)

    def jacobian(theta: Floats) -> Floats:
        out = np.zeros((len(listed), len(theta)))
        for ram, own, kind, target, source in _by_group(rams, listed):
            out[own] = path_effect_slopes(ram, theta, target, source)[kind, np.arange(len(own))]
        return out

    return Function(values, jacobian) if standardized is None else by_complex_steps(values)


def _by_group(rams: Sequence[Ram], listed: Sequence[Effect]) -> list[tuple[Ram, list[int], Ints, Ints, Ints]]:
    """Per group: its model, the rows of its effects, and their kinds, targets and sources as positions."""
    place = {name: i for i, name in enumerate(rams[0].variables)}
    out = []
    for group, ram in enumerate(rams, start=1):
        own = [i for i, effect in enumerate(listed) if effect[3] == group]
        kinds = np.array([EFFECTS.index(listed[i][0]) for i in own], dtype=np.intp)
        targets = np.array([place[listed[i][1]] for i in own], dtype=np.intp)
        sources = np.array([place[listed[i][2]] for i in own], dtype=np.intp)
        out.append((ram, own, kinds, targets, sources))
    return out
