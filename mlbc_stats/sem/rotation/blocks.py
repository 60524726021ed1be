"""Find the rotation blocks of a parameter table and free what rotation moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable


@dataclass(frozen=True, slots=True)
class Block:
    """Factors that are rotated together: those of one `efa("name")*`.

    Attributes
    ----------
    name : as written; factors, items : names, in the table's order.
    joint : loadings are equal over groups, so that one rotation serves all of them.
    """

    name: str
    factors: tuple[str, ...]
    items: tuple[str, ...]
    joint: bool


def find_blocks(table: ParameterTable) -> tuple[Block, ...]:
    """The rotation blocks, in the table's order.

    Raises
    ------
    ModelError
        when the factors of a block have different items, when loadings are fixed by the user, or equal over groups
        only in part: such a block cannot be rotated.
    """
    names = dict.fromkeys(row.efa for row in table.parameters if row.efa and row.op == "=~")
    return tuple(_block(name, table) for name in names)


def freed_table(table: ParameterTable, blocks: Sequence[Block], orthogonal: bool) -> ParameterTable:
    """The table with all loadings of the blocks free, and covariances within a block unless orthogonal.

    Rows keep their places; covariances that have no row come last. Free parameters are numbered anew.
    """
    block_of = {factor: block.name for block in blocks for factor in block.factors}
    rows: list[Parameter] = []
    for row in table.parameters:
        together = row.rhs in block_of and block_of.get(row.lhs) == block_of[row.rhs]
        loading = row.op == "=~" and bool(row.efa)
        covariance = row.op == "~~" and together and row.lhs != row.rhs and not orthogonal
        rows.append(replace(row, fixed=None, free=-1) if loading or covariance else row)
    if not orthogonal:
        rows += _missing_covariances(rows, blocks, table.n_groups)
    return _renumbered(table, rows)


def _block(name: str, table: ParameterTable) -> Block:
    loadings: dict[tuple[str, int], list[Parameter]] = defaultdict(list)
    for row in table.parameters:
        if row.efa == name and row.op == "=~":
            loadings[row.lhs, row.group].append(row)
    factors = tuple(dict.fromkeys(factor for factor, _ in loadings))
    items = [tuple(row.rhs for row in own) for own in loadings.values()]
    if len(set(map(frozenset, items))) > 1:
        raise ModelError(
            f'the factors of efa("{name}") load on different variables; a block is rotated as a whole, so give '
            f"{', '.join(factors)} the same indicators"
        )
    for (factor, _), own in loadings.items():
        fixed = [row.rhs for row in own if not row.free]
        if len(fixed) != factors.index(factor) or any(row.fixed for row in own if not row.free):
            raise ModelError(
                f'loadings of {factor} on {", ".join(fixed)} are fixed, but efa("{name}") is rotated; leave them free, '
                "or give rotation='target' and a target matrix"
            )
    return Block(name, factors, items[0], _joint(name, loadings, table))


def _joint(name: str, loadings: dict[tuple[str, int], list[Parameter]], table: ParameterTable) -> bool:
    """Whether the loadings are equal over groups; all of them, or none."""
    free = {row.free for own in loadings.values() for row in own if row.free}
    ties = [pair for pair in table.simple_equalities if free & set(pair)]
    if not ties:
        return False
    per_group = len(free) // table.n_groups
    if len(ties) != per_group * (table.n_groups - 1) or not all(free >= set(pair) for pair in ties):
        raise ModelError(
            f'some loadings of efa("{name}") are equal and others are not; rotated loadings can only be equal over '
            "groups all together (group_equal='loadings' without group_partial)"
        )
    return True


def _missing_covariances(rows: list[Parameter], blocks: Sequence[Block], n_groups: int) -> list[Parameter]:
    present = {(frozenset((row.lhs, row.rhs)), row.group) for row in rows if row.op == "~~"}
    lacking = [
        (one, other, group)
        for group in range(1, n_groups + 1)
        for block in blocks
        for one, other in combinations(block.factors, 2)
        if (frozenset((one, other)), group) not in present
    ]
    return [
        Parameter(one, "~~", other, group, -1, "", f".p{at}.", None, None, False, 0, "", -inf, inf)
        for at, (one, other, group) in enumerate(lacking, start=len(rows) + 1)
    ]


def _renumbered(table: ParameterTable, rows: list[Parameter]) -> ParameterTable:
    out: list[Parameter] = []
    numbers: dict[str, int] = {}
    for row in rows:
        if row.free:
            numbers[row.plabel] = len(numbers) + 1
        out.append(replace(row, free=numbers[row.plabel] if row.free else 0))
    before = {row.free: row.plabel for row in table.parameters if row.free}
    ties = tuple((numbers[before[a]], numbers[before[b]]) for a, b in table.simple_equalities)
    return replace(table, parameters=tuple(out), simple_equalities=ties)
