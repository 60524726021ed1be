"""Compile a parameter table to the reticular action model, one per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.cell_bends import make_bends
from mlbc_stats.sem.implied.cell_pairs import make_pairs
from mlbc_stats.sem.implied.composite.blocks import Block, find_blocks, given_blocks, is_own
from mlbc_stats.sem.implied.composite.chain import Cells, derived_places
from mlbc_stats.sem.implied.composite.engine import CompositeEngine
from mlbc_stats.sem.implied.continuous_engine import ContinuousEngine, level_engine
from mlbc_stats.sem.implied.ordinal_cells import exogenous_places, find_categories
from mlbc_stats.sem.implied.ordinal_engine import OrdinalEngine
from mlbc_stats.sem.implied.ram import DIRECTED, Engine, Ram
from mlbc_stats.sem.implied.random.cells import coefficient_cells, coefficient_names
from mlbc_stats.sem.implied.random.engine import SlopeEngine
from mlbc_stats.sem.specification.levels import plain
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

_KINDS = dict.fromkeys(DIRECTED, 0) | {"~~": 1, "~1": 2}


@lru_cache(maxsize=64)
def compile_table(table: ParameterTable) -> tuple[Ram, ...]:
    """One `Ram` per group of the table; kept, since a model is fitted to many samples. Nobody may write into it."""
    return tuple(_compile_group(table, group + 1) for group in range(table.n_groups))


def _compile_group(table: ParameterTable, group: int) -> Ram:
    variables = table.observed + table.latent
    place = {name: i for i, name in enumerate(variables)}
    v = len(variables)
    a0, s0, m0 = np.zeros((v, v)), np.zeros((v, v)), np.zeros(v)
    free: list[Parameter] = []
    for row in table.parameters:
        if row.group != group:
            continue
        if row.free:
            free.append(row)
        elif not row.exo and row.op in DIRECTED | {"~~", "~1"} and not is_own(row, table):
            _put_fixed(a0, s0, m0, row, place)
    own = [is_own(row, table) for row in free]
    cells = [(0, 0) if apart else _cell(row, place) for row, apart in zip(free, own, strict=True)]
    kind = np.array(
        [3 if apart else _KINDS.get(row.op, 3) for row, apart in zip(free, own, strict=True)], dtype=np.intp
    )
    rows = np.array([r for r, _ in cells], dtype=np.intp)
    cols = np.array([c for _, c in cells], dtype=np.intp)
    blocks = find_blocks(table, group, place, free)
    pattern = _paths(a0, rows[kind == 0], cols[kind == 0])
    for block in blocks:
        pattern[block.items, block.at] = 1.0
    ram = _assemble(
        variables=variables,
        n_observed=len(table.observed),
        fixed=(a0, s0, m0),
        free=np.array([row.free - 1 for row in free], dtype=np.intp),
        kind=kind,
        rows=rows,
        cols=cols,
        exogenous=exogenous_places(table, group, place),
        order=_longest_path(pattern),
        causes=np.flatnonzero(pattern.any(axis=0)),
        means=table.meanstructure,
        engine=_engine(table, group, place, free, pattern),
        given=given_blocks(table, group, place),
    )
    if table.random_slopes:
        return _with_slopes(ram, table, group, free)
    return _with_composites(ram, kind, blocks) if blocks else ram


def _assemble(
    *,
    variables: tuple[str, ...],
    n_observed: int,
    fixed: tuple[Floats, Floats, Floats],
    free: Ints,
    kind: Ints,
    rows: Ints,
    cols: Ints,
    exogenous: Ints,
    order: int,
    causes: Ints,
    means: bool,
    engine: Engine,
    given: tuple[Ints, ...] = (),
) -> Ram:
    """A model from its cells: of kind 0 in A, 1 in S, 2 in m, 3 in none of them."""
    v = len(variables)
    scale = np.where(kind > 1, 0.0, np.where((kind == 1) & (rows == cols), 0.5, 1.0))
    side = np.where(kind == 0, cols + v, cols)
    directed, symmetric, mean = (np.flatnonzero(kind == each) for each in range(3))
    return Ram(
        variables=variables,
        n_observed=n_observed,
        a0=fixed[0],
        s0=fixed[1],
        m0=fixed[2],
        free=free,
        row=rows,
        col=cols,
        side=side,
        scale=scale,
        cell=rows * (2 * v) + side,
        pairs=make_pairs(rows, side, scale, 2 * v),
        bends=make_bends(rows, cols, side, kind == 0, scale, v),
        a_cells=directed,
        a_places=(rows * v + cols)[directed],
        s_cells=np.concatenate([symmetric, symmetric]),
        s_places=np.concatenate([(rows * v + cols)[symmetric], (cols * v + rows)[symmetric]]),
        m_cells=mean,
        m_places=rows[mean],
        directed=kind == 0,
        symmetric=kind == 1,
        mean=kind == 2,
        exogenous=exogenous,
        order=order,
        causes=causes,
        means=means,
        engine=engine,
        given=given,
    )


def _with_composites(ram: Ram, kind: Ints, blocks: tuple[Block, ...]) -> Ram:
    """The same model with loadings, residual covariances and variances that follow from the weights of composites."""
    plain = np.flatnonzero(kind < 3)
    derived = list(derived_places(blocks))
    inner = _assemble(
        variables=ram.variables,
        n_observed=ram.n_observed,
        fixed=(ram.a0, ram.s0, ram.m0),
        free=np.arange(len(plain) + len(derived)),
        kind=np.concatenate([kind[plain], [0 if of_a else 1 for of_a, _, _ in derived]]).astype(np.intp),
        rows=np.concatenate([ram.row[plain], [i for _, i, _ in derived]]).astype(np.intp),
        cols=np.concatenate([ram.col[plain], [j for _, _, j in derived]]).astype(np.intp),
        exogenous=ram.exogenous,
        order=ram.order,
        causes=ram.causes,
        means=ram.means,
        engine=ContinuousEngine(),
    )
    return replace(ram, engine=CompositeEngine(Cells(inner, plain, blocks)))


def _with_slopes(ram: Ram, table: ParameterTable, group: int, free: Sequence[Parameter]) -> Ram:
    """The same model with the moments of coefficients, some of which vary between clusters."""
    found, (within, between) = coefficient_cells(table, group, free), coefficient_names(table)
    pattern = _paths(found.fixed[0], found.rows[found.kind == 0], found.cols[found.kind == 0])
    inner = _assemble(
        variables=found.variables,
        n_observed=found.n_observed,
        fixed=found.fixed,
        free=np.arange(len(found.source)),
        kind=found.kind,
        rows=found.rows,
        cols=found.cols,
        exogenous=found.given,
        order=_longest_path(pattern),
        causes=np.flatnonzero(pattern.any(axis=0)),
        means=True,
        engine=ContinuousEngine(),
    )
    means = len({*within, *map(plain, between)})
    engine = SlopeEngine(inner, found.source, found.given, found.held, len(within), means)
    return replace(ram, engine=engine)


def _engine(
    table: ParameterTable, group: int, place: dict[str, int], free: Sequence[Parameter], pattern: Floats
) -> Engine:
    if not table.ordinal:
        return level_engine(table.levels) if table.two_level else ContinuousEngine()
    return OrdinalEngine(find_categories(table, group, place, free, pattern))


def _cell(row: Parameter, place: dict[str, int]) -> tuple[int, int]:
    """(row, col) of a parameter: the effect's target first; for ``f =~ x`` the target is x."""
    if row.op == "=~":
        return place[row.rhs], place[row.lhs]
    if row.op == "~1":
        return place[row.lhs], 0
    if row.op in {"|", "~*~"}:
        return 0, 0
    return place[row.lhs], place[row.rhs]


def _put_fixed(a0: Floats, s0: Floats, m0: Floats, row: Parameter, place: dict[str, int]) -> None:
    i, j = _cell(row, place)
    value = float(row.fixed or 0.0)
    if row.op in DIRECTED:
        a0[i, j] = value
    elif row.op == "~~":
        s0[i, j] = s0[j, i] = value
    else:
        m0[i] = value


def _paths(a0: Floats, rows: Ints, cols: Ints) -> Floats:
    """(v, v) pattern of A: 1 where a directed path is free or fixed at another value than zero."""
    pattern = (a0 != 0).astype(float)
    pattern[rows, cols] = 1.0
    return pattern


def _longest_path(pattern: Floats) -> int:
    """Longest directed path of the pattern of A, or -1 for a loop."""
    reach, length = pattern, 0
    while reach.any():
        length += 1
        if length > len(pattern):
            return -1
        reach = np.minimum(reach @ pattern, 1.0)
    return length
