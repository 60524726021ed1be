"""Write a model without its products, and with the products as factors that the engine can hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mlbc_stats.sem.language.modifiers import Modifier
from mlbc_stats.sem.language.parser import CONSTRAINT_OPERATORS, Statement


def without_products(statements: Sequence[Statement]) -> str:
    """The text of the linear model: no product, and no constraint or definition that needs the label of one.

    Examples
    --------
    >>> from mlbc_stats.sem.language.parser import parse
    >>> print(without_products(parse("f =~ a + 2*b; y ~ f + w*f:f; twice := 2*w; a ~ 1")))
    f =~ a
    f =~ 2.0*b
    y ~ f
    a ~ 1
    """
    lost = {
        str(value)
        for s in statements
        if ":" in s.rhs and s.expression is None
        for modifier in s.modifiers
        if modifier.kind == "label"
        for value in modifier.values
    }
    lost -= {
        str(value)
        for s in statements
        if ":" not in s.rhs and s.expression is None
        for modifier in s.modifiers
        if modifier.kind == "label"
        for value in modifier.values
    }
    lines = []
    for statement in statements:
        if statement.expression is not None:
            if lost & set(statement.expression.names):
                lost |= {statement.lhs} if statement.op == ":=" else set()
                continue
            lines.append(f"{statement.lhs} {statement.op} {statement.rhs}")
        elif ":" not in statement.rhs:
            lines.append(relation(statement))
    return "\n".join(lines)


def with_phantoms(text: str, partners: Mapping[str, str]) -> str:
    """The text with every product as a phantom factor that follows its partner alone, `x:z =~ 0; x:z ~ 1*z`.

    At a value c of x the slope 1 is replaced by c: then the phantom is the product.
    """
    lines = [
        f"{name} =~ 0; {name} ~ 1*{partner}; {name} ~~ 0*{name}; {name} ~ 0*1"
        for name, partner in partners.items()
    ]
    return "\n".join([text, *lines])


def mentioned(statements: Sequence[Statement]) -> Collection[str]:
    """All variables that the relations name."""
    return dict.fromkeys(
        name for s in statements if s.op not in CONSTRAINT_OPERATORS for name in (s.lhs, s.rhs) if name
    )


def relation(statement: Statement) -> str:
    """One relation of a parsed model as text."""
    variable = statement.rhs or "1"
    if statement.op == "=~" and statement.rhs == statement.lhs:
        return f"{statement.lhs} =~ 0"
    efa = [m for m in statement.modifiers if m.kind == "efa"]
    terms = [f"{_modifier(m)}*{variable}" for m in statement.modifiers if m.kind != "efa"] or [variable]
    left = f'efa("{efa[0].values[0]}")*{statement.lhs}' if efa else statement.lhs
    op = "~" if statement.op == "~1" else statement.op
    return f"{left} {op} {' + '.join(terms)}"


def _modifier(modifier: Modifier) -> str:
    entries = [_entry(value, modifier.kind) for value in modifier.values]
    inner = entries[0] if len(entries) == 1 else f"c({', '.join(entries)})"
    return inner if modifier.kind in {"fixed", "free", "label"} else f"{modifier.kind}({inner})"


def _entry(value: float | str | None, kind: str) -> str:
    if value is None:
        return "NA"
    return f'"{value}"' if kind == "equal" else str(value)
