"""Two-level tables in which a level is left as it is, has all its moments free, or variances and means alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations_with_replacement

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.specification.levels import level_of, marked, plain
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

KEPT, SATURATED, INDEPENDENT = "kept", "saturated", "independent"


def with_levels(table: ParameterTable, kinds: Mapping[int, str]) -> ParameterTable:
    """The table with each level (1, 2) kept, saturated, or of variables that only their covariates correlate.

    Means of variables with parts at both levels stand between. Fixed covariates stay fixed.

    Raises
    ------
    ModelError : where a constraint ties a level that is kept to one that is not.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> text = "level: 1\\nf =~ a + b + c\\nlevel: 2\\ng =~ a + b + c"
    >>> table = build_table(parse(text))
    >>> [with_levels(table, {1: one, 2: "kept"}).n_free for one in ("kept", "saturated", "independent")]
    [15, 15, 12]
    """
    rows: list[Parameter] = []
    for group in range(1, table.n_groups + 1):
        for level in (1, 2):
            own = [row for row in table.parameters if row.group == group and row.level == level]
            rows += (
                own if kinds[level] == KEPT else _moments(table, own, group, level, kinds[level] == SATURATED)
            )
    number, places = 0, {}
    for at, row in enumerate(rows):
        if row.free:
            number += 1
            places[row.free if row.plabel else -number] = number
            rows[at] = replace(row, free=number)
    dropped = {row.plabel for row in table.parameters} - {row.plabel for row in rows}
    dropped |= {row.label for row in table.parameters if row.label and row.plabel in dropped}
    constraints = [row for row in table.parameters if row.op in ("==", "<", ">")]
    kept = [row for row in constraints if not _names(row) & dropped]
    if any(_names(row) - dropped for row in constraints if row not in kept):
        raise ModelError("a label ties parameters of both levels, so that no level can be judged by itself")
    ties = tuple((places[a], places[b]) for a, b in table.simple_equalities if a in places and b in places)
    latent = tuple(name for name in table.latent if kinds[level_of(name)] == KEPT)
    return replace(table, parameters=(*rows, *kept), latent=latent, simple_equalities=ties)


def _names(row: Parameter) -> set[str]:
    return set(row.expression.names) if row.expression else set()


def _moments(
    table: ParameterTable, own: list[Parameter], group: int, level: int, saturated: bool
) -> Iterator[Parameter]:
    """Rows of the moments of a level, free but for those of fixed covariates."""
    if table.ordinal:
        yield from _item_moments(table, group, level, saturated)
        return
    held = [row for row in own if row.exo and row.op in {"~~", "~1"}]
    given = {(row.lhs, row.op, row.rhs) for row in held}
    given |= {(row.rhs, row.op, row.lhs) for row in held if row.op == "~~"}
    for lhs, op, rhs in _relations(table, level, saturated):
        if (lhs, op, rhs) not in given:
            yield Parameter(lhs, op, rhs, group, 1, "", "", None, None, False, 0, level=level)
    yield from held


def _item_moments(table: ParameterTable, group: int, level: int, saturated: bool) -> Iterator[Parameter]:
    """The same of ordinal items: correlations within, thresholds and covariances between."""
    if level == 2:
        for name, count in table.thresholds:
            for k in range(1, count + 1):
                yield Parameter(
                    marked(name), "|", f"t{k}", group, 1, "", "", None, None, False, 0, level=level
                )
    for lhs, op, rhs in _relations(table, level, saturated):
        if op == "~~":
            unit = 1.0 if level == 1 and lhs == rhs else None
            yield Parameter(lhs, op, rhs, group, int(unit is None), "", "", unit, None, False, 0, level=level)


def _relations(table: ParameterTable, level: int, saturated: bool) -> Iterator[tuple[str, str, str]]:
    within, between = table.observed[: table.n_within], table.observed[table.n_within :]
    names = within if level == 1 else between
    for one, other in combinations_with_replacement(names, 2):
        if saturated or one == other or {one, other} <= set(table.exogenous):
            yield one, "~~", other
    shown = set(map(plain, between)) if level == 1 else set()
    yield from ((name, "~1", "") for name in names if name not in shown)
