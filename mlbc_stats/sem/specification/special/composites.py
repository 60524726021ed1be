"""Composites (`C <~ x1 + x2 + x3`): which variables make up which, and the rows that come with them.

A composite is the weighted sum C = w'x. The covariances of its indicators are free of any structure: those of the
sample, or parameters. Its scale comes from one fixed weight (the first, 1) or from its variance (1), which is then a
constraint on weights and covariances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.language.expression import Expression, Tree
from mlbc_stats.sem.language.parser import Statement
from mlbc_stats.sem.specification.options import ModelOptions
from mlbc_stats.sem.specification.rows import Row

Blocks = Mapping[str, tuple[str, ...]]


def check_composites(statements: Sequence[Statement], blocks: Blocks) -> None:
    """Refuse what has no meaning for weighted sums and their indicators.

    Raises
    ------
    ModelError, NotServedError
        with the line and what to write instead.
    """
    home: dict[str, str] = {}
    for name, items in blocks.items():
        for item in items:
            if item in home:
                raise ModelError(
                    f"{item} is part of two composites, {home[item]} and {name}; it can be part of one"
                )
            home[item] = name
    if any(each.kind == "efa" for s in statements for each in s.modifiers):
        raise NotServedError(
            f"exploratory blocks beside composites ({', '.join(blocks)}) are not served; write the loadings of a "
            "confirmatory model, or composites=False for formative latent variables"
        )
    latent = {s.lhs for s in statements if s.op in ("=~", "<~")}
    for name, items in blocks.items():
        if inside := [item for item in items if item in latent]:
            raise NotServedError(
                f"{name} <~ {inside[0]}: composites are sums of observed variables; {inside[0]} is none"
            )
    for statement in statements:
        where = f"line {statement.line}: {statement.lhs} {statement.op} {statement.rhs or '1'}"
        if statement.op == "=~" and statement.lhs in blocks:
            raise ModelError(
                f"{where}: {statement.lhs} is a weighted sum and measured by nothing; for an effect of it write "
                f"{statement.rhs} ~ {statement.lhs}, for a formative latent variable give composites=False"
            )
        if statement.op not in ("~1", "<~") and (used := {statement.lhs, statement.rhs} & set(home)):
            item = sorted(used)[0]
            raise ModelError(
                f"{where}: {item} is an indicator of the composite {home[item]}, which stands for it in the model: "
                f"relate {home[item]} instead (covariances among its indicators are free of any structure already)"
            )


def unit_composites(statements: Sequence[Statement], blocks: Blocks, options: ModelOptions) -> frozenset[str]:
    """Composites whose scale comes from their variance: all with std_lv, else those whose variance is written as 1.

    Raises
    ------
    ModelError
        for a written variance that is not fixed at 1.
    """
    written = [s for s in statements if s.op == "~~" and s.lhs == s.rhs and s.lhs in blocks]
    for statement in written:
        values = {value for each in statement.modifiers if each.kind == "fixed" for value in each.values}
        if values != {1.0}:
            raise ModelError(
                f"line {statement.line}: the variance of the composite {statement.lhs} follows from its weights and "
                f"its indicators; {statement.lhs} ~~ 1*{statement.lhs} fixes the scale by it, otherwise leave it out"
            )
    return frozenset(blocks) if options.std_lv else frozenset(s.lhs for s in written)


def check_related(rows: Sequence[Row], blocks: Blocks) -> None:
    """Refuse a composite with free weights that relates to nothing: no data say how to weigh.

    Raises
    ------
    ModelError
        that names the composite.
    """
    related: set[str] = set()
    for row in rows:
        if row.op == "~" or (row.op == "~~" and row.lhs != row.rhs and row.fixed != 0):
            related |= {row.lhs, row.rhs}
    for name in blocks:
        if name not in related and any(
            row.op == "<~" and row.lhs == name and row.fixed is None for row in rows
        ):
            raise ModelError(
                f"the composite {name} relates to nothing outside of its indicators, so that nothing determines its "
                f"weights; write an effect or a covariance of {name}, or fix the weights"
            )


def block_rows(blocks: Blocks, options: ModelOptions, group: int) -> Iterator[Row]:
    """Covariances within each block below the diagonal; variances stand among those of the observed variables."""
    for items in blocks.values():
        for at, one in enumerate(items):
            for other in items[at + 1 :]:
                yield given_row(one, other, options, group)


def given_row(one: str, other: str, options: ModelOptions, group: int) -> Row:
    """A (co)variance of indicators of a composite: the sample's, or free."""
    row = Row(one, "~~", other, group)
    row.exo = not options.composites_cov_free
    return row


def unit_constraints(
    rows: Sequence[Row], blocks: Blocks, unit: frozenset[str], groups: Sequence[int]
) -> list[tuple[str, str, str, int, Expression]]:
    """`var(C) == 1` for each such composite and group, over the weights and the indicators' covariances."""
    plabel = {(row.lhs, row.op, row.rhs, row.group): f".p{at}." for at, row in enumerate(rows, start=1)}
    fixed = {(row.lhs, row.rhs, row.group): row.fixed for row in rows if row.op == "<~"}
    out = []
    for name in (name for name in blocks if name in unit):
        for group in groups:

            def weight(item: str, name: str = name, group: int = group) -> Tree:
                value = fixed[name, item, group]
                return ("name", plabel[name, "<~", item, group]) if value is None else ("num", value)

            total: Tree = ("num", -1.0)
            for at, one in enumerate(blocks[name]):
                for other in blocks[name][at:]:
                    within: Tree = ("name", plabel[one, "~~", other, group])
                    term: Tree = ("*", ("*", weight(one), weight(other)), within)
                    total = ("+", total, term if one == other else ("*", ("num", 2.0), term))
            out.append((f"var({name})", "==", "1", 2, Expression(f"var({name})-(1)", total)))
    return out
