"""Read what stands before a variable: `0.5*`, `a*`, `NA*`, `start(1)*`, `c(a, b)*`, `efa("e")*`, ..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlbc_stats.sem.language.expression import constant_value, parse_expression
from mlbc_stats.sem.language.scanner import Token, syntax_error

NUMERIC = ("start", "lower", "upper")
TEXTUAL = ("label", "equal", "efa", "rv")
Entry = float | str | None


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier of a parameter.

    Attributes
    ----------
    kind : "fixed", "free" (NA), "start", "label", "equal", "efa", "lower", "upper" or "rv" (a random slope's name).
    values : one entry for all groups, or one per group (`c(...)`); None is an NA entry.
    """

    kind: str
    values: tuple[Entry, ...]


def parse_modifier(tokens: Sequence[Token]) -> Modifier:
    """The modifier that `tokens` (what stands before one `*`) spell.

    Raises
    ------
    ModelSyntaxError : unknown function, wrong kind of argument, numbers and labels mixed in one `c(...)`.
    """
    first = tokens[0]
    if first.kind == "name" and len(tokens) > 2 and tokens[1].text == "(" and tokens[-1].text == ")":
        if first.text == "c":
            return _vector(tokens)
        if first.text in NUMERIC or first.text in TEXTUAL:
            return _special(tokens)
    if len(tokens) == 1 and first.kind in ("name", "string"):
        return Modifier("free", (None,)) if first.text == "NA" else Modifier("label", (_unquote(first),))
    return Modifier("fixed", (_number(tokens),))


def _vector(tokens: Sequence[Token]) -> Modifier:
    values = _entries(tokens)
    labels = any(isinstance(value, str) for value in values)
    if labels and any(isinstance(value, float) for value in values):
        raise syntax_error(
            tokens[0],
            "numbers and labels are mixed in one c(...); give them apart and fill with NA, "
            "as in c(a, NA)*x + c(NA, 0.5)*x",
        )
    if all(value is None for value in values):
        return Modifier("free", values)
    return Modifier("label" if labels else "fixed", values)


def _special(tokens: Sequence[Token]) -> Modifier:
    kind = tokens[0].text
    values = _entries(tokens)
    wanted = float if kind in NUMERIC else str
    for value in values:
        if value is not None and not isinstance(value, wanted):
            what = "a number" if wanted is float else "a text in quotation marks"
            raise syntax_error(tokens[0], f"{kind}() takes {what}, not {value}")
    return Modifier(kind, values)


def _entries(tokens: Sequence[Token]) -> tuple[Entry, ...]:
    """The arguments of the call that `tokens` spell, `c(...)` inside flattened."""
    values: list[Entry] = []
    for argument in _split_arguments(tokens):
        first = argument[0]
        if first.text == "c" and len(argument) > 1 and argument[1].text == "(":
            values.extend(_entries(argument))
        elif len(argument) == 1 and first.text == "NA":
            values.append(None)
        elif len(argument) == 1 and first.kind in ("name", "string"):
            values.append(_unquote(first))
        else:
            values.append(_number(argument))
    return tuple(values)


def _split_arguments(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    arguments: list[Sequence[Token]] = []
    depth, start = 0, 2
    for at, token in enumerate(tokens):
        if token.text == "(" and token.kind == "op":
            depth += 1
        elif token.text == ")" and token.kind == "op":
            depth -= 1
        if (token.text == "," and depth == 1) or at == len(tokens) - 1:
            if at == start:
                raise syntax_error(token, f"an argument of {tokens[0].text}() is missing")
            arguments.append(tokens[start:at])
            start = at + 1
    return arguments


def _number(tokens: Sequence[Token]) -> float:
    expression = parse_expression(tokens, tokens[0])
    try:
        return constant_value(expression.tree)
    except KeyError as name:
        raise syntax_error(
            tokens[0],
            f"a modifier is one label or one number; `{expression.text}` computes with the name {name}",
        ) from None
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        raise syntax_error(tokens[0], f"`{expression.text}` has no value") from None


def _unquote(token: Token) -> str:
    return "".join(token.text[1:-1].split()) if token.kind == "string" else token.text
