"""List the parameters a modification index is computed for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, count

from mlbc_stats.sem.specification.levels import level_of
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Relation = tuple[str, str, str]


def extend_table(
    table: ParameterTable, ops: Collection[str] = ("=~", "<~", "~", "~~", "~1")
) -> tuple[Parameter, ...]:
    """Fixed parameters of a model and those it leaves out, as lavaan's `modindices` lists them.

    First the rows of the table that are fixed, then per group what is left out: loadings of every indicator
    (and of variables that are neither indicators nor in a regression) on every latent variable, covariances
    between indicators, covariances between latent variables, and, where the model has regressions, paths
    between all variables of those. Sample moments of covariates are not listed. Whether a candidate can be
    identified is for the caller to find out. Composites point at indicators by paths, and nothing is proposed for their
    own indicators.

    Parameters
    ----------
    table : the fitted model's table.
    ops : operators to keep.

    Returns
    -------
    candidates : `free` is 0 and `fixed` the present value, 0 for those left out; their plabels go on counting
        after the table's.

    References
    ----------
    Sörbom, D. (1989). Model modification. Psychometrika, 54(3), 371-384.
    https://doi.org/10.1007/BF02294623. In R: `modindices(fit, na.remove = FALSE)`.

    Examples
    --------
    >>> from mlbc_stats.sem.specification.parameter_table import build_table
    >>> from mlbc_stats.sem.language.parser import parse
    >>> table = build_table(parse("f =~ x1 + x2 + x3"))
    >>> [f"{p.lhs}{p.op}{p.rhs}" for p in extend_table(table)]
    ['f=~x1', 'x1~~x2', 'x1~~x3', 'x2~~x3']
    """
    fixed = [p for p in table.parameters if p.op in ops and p.fixed is not None and p.group]
    number = count(len(table.parameters) + 1)
    added = [
        _absent(relation, group, next(number), table.two_level)
        for group in range(1, table.n_groups + 1)
        for relation in _left_out(table, group)
        if relation[1] in ops
    ]
    return (*fixed, *added)


def _absent(relation: Relation, group: int, number: int, two_level: bool) -> Parameter:
    lhs, op, rhs = relation
    level = level_of(lhs) if two_level else 0
    return Parameter(lhs, op, rhs, group, 0, "", f".p{number}.", 0.0, None, False, 0, level=level)


def _left_out(table: ParameterTable, group: int) -> Iterator[Relation]:
    rows = [p for p in table.parameters if p.group == group]
    present = {(p.lhs, p.op, p.rhs) for p in rows}
    present |= {(p.rhs, p.op, p.lhs) for p in rows if p.op == "~~"}
    summed = set(table.block_of)
    for relation in _of_levels(table, rows):
        if relation not in present and not summed & {relation[0], relation[2]}:
            yield relation


def _of_levels(table: ParameterTable, rows: list[Parameter]) -> Iterator[Relation]:
    """Relations among the variables of each level; none crosses them."""
    if not table.two_level:
        yield from _all_relations(table, rows)
        return
    for level in (1, 2):
        own = replace(
            table,
            observed=tuple(name for name in table.observed if level_of(name) == level),
            latent=tuple(name for name in table.latent if level_of(name) == level),
        )
        yield from _all_relations(own, [row for row in rows if row.level == level])


def _all_relations(table: ParameterTable, rows: list[Parameter]) -> Iterator[Relation]:
    measured = {p.rhs for p in rows if p.op == "=~"}
    indicators = [name for name in table.observed if name in measured]
    regressed = [p for p in rows if p.op == "~"]
    paths = [p for p in rows if p.op in ("~", "<~")]
    used = {p.rhs for p in paths} | {p.lhs for p in regressed}
    if measured:
        loading = [name for name in table.observed if name in measured or name not in used]
        sums = set(table.composites)
        yield from (
            (name, "~", factor) if factor in sums else (factor, "=~", name)
            for factor in table.latent
            for name in loading
        )
    yield from _pairs(indicators)
    yield from _pairs(table.latent)
    if regressed:
        names = dict.fromkeys([*(p.lhs for p in regressed), *(p.rhs for p in paths)])
        yield from ((one, "~", other) for one in names for other in names if one != other)


def _pairs(names: Iterable[str]) -> Iterator[Relation]:
    return ((one, "~~", other) for one, other in combinations(names, 2))


def freed(table: ParameterTable, candidates: Collection[Parameter]) -> ParameterTable:
    """`table` with `candidates` free: fixed rows are freed in place, absent ones come after the last row.

    Free numbers of the candidates follow those of the table, so that theta only grows at its end.
    """
    numbers = {p.plabel: at for at, p in enumerate(candidates, start=table.n_free + 1)}
    inside = [
        replace(p, free=numbers[p.plabel], fixed=None) if p.plabel in numbers else p for p in table.parameters
    ]
    known = {p.plabel for p in table.parameters}
    outside = [replace(p, free=numbers[p.plabel], fixed=None) for p in candidates if p.plabel not in known]
    return replace(table, parameters=(*inside, *outside))
