"""Find the cells of thresholds and scaling factors in a parameter table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.categories import Categories
from mlbc_stats.sem.specification.levels import marked, plain
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Entry = tuple[str, str, str]


def find_categories(
    table: ParameterTable, group: int, place: dict[str, int], free: Sequence[Parameter], pattern: Floats
) -> Categories:
    """The ordinal part of a group: thresholds and means in the order of the variables, scaling factors."""
    cells = {(row.lhs, row.op, row.rhs): at for at, row in enumerate(free)}
    fixed = {
        (row.lhs, row.op, row.rhs): float(row.fixed or 0.0)
        for row in table.parameters
        if row.group == group and not row.free
    }
    exogenous = exogenous_places(table, group, place)
    names = [name for name in table.observed if place[name] not in exogenous]
    units = None
    if table.two_level:
        units = np.array([names.index(plain(name)) for name in names], dtype=np.intp)
    entries = [entry for name in names for entry in _entries(table, name)]
    items = [name for name in names for _ in _entries(table, name)]
    cut = np.array([op == "|" for _, op, _ in entries], dtype=bool)
    free_tau = [(cells[entry], at) for at, entry in enumerate(entries) if cut[at] and entry in cells]
    scales = [((name, "~*~", name), place[name]) for name in table.ordinal]
    free_delta = [(cells[key], at) for key, at in scales if key in cells]
    delta0, ordinal = np.ones(len(place)), np.zeros(len(place), dtype=bool)
    for key, at in scales:
        delta0[at], ordinal[at] = fixed.get(key, 1.0), True
    return Categories(
        ordinal=ordinal,
        responses=np.array([place[name] for name in names], dtype=np.intp),
        covariates=exogenous,
        item=np.array([names.index(name) for name in items], dtype=np.intp),
        is_threshold=cut,
        tau0=np.array([fixed.get(entry, 0.0) if cut[at] else 0.0 for at, entry in enumerate(entries)]),
        tau_cell=np.array([cell for cell, _ in free_tau], dtype=np.intp),
        tau_place=np.array([at for _, at in free_tau], dtype=np.intp),
        delta0=delta0,
        delta_cell=np.array([cell for cell, _ in free_delta], dtype=np.intp),
        delta_place=np.array([at for _, at in free_delta], dtype=np.intp),
        theta=table.parameterization == "theta",
        inner=bool(pattern[:, ordinal].any()),
        unit_of=units,
    )


def _entries(table: ParameterTable, name: str) -> list[Entry]:
    """The first moments of a variable: its thresholds (of two levels those between), or its mean."""
    counts = dict(table.thresholds)
    if name not in counts:
        return [] if table.two_level else [(name, "~1", "")]
    holder = marked(name) if table.two_level else name
    return [(holder, "|", f"t{k}") for k in range(1, counts[name] + 1)]


def exogenous_places(table: ParameterTable, group: int, place: dict[str, int]) -> Ints:
    """Positions (k,) of the covariates whose moments a group takes as given."""
    summed = table.block_of
    names: Iterable[str] = dict.fromkeys(
        row.lhs
        for row in table.parameters
        if row.exo and row.group == group and row.op == "~~" and row.lhs not in summed
    )
    return np.array([place[name] for name in names], dtype=np.intp)
