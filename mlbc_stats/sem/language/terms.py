"""Read one side of a formula: variables joined by `+`, each with its modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlbc_stats.sem.language.modifiers import Modifier, parse_modifier
from mlbc_stats.sem.language.scanner import Token, syntax_error


class Term(NamedTuple):
    """A variable (or the number of an intercept) and what stands before it."""

    name: str
    number: bool
    modifiers: tuple[Modifier, ...]
    token: Token


def parse_terms(tokens: Sequence[Token], operator: Token, side: str) -> list[Term]:
    """The terms of one `side` of `operator`; a variable named twice gets the modifiers of both places.

    Raises
    ------
    ModelSyntaxError : missing variable, missing `+` or `*`, modifiers that contradict each other.
    """
    if not tokens:
        raise syntax_error(operator, f"nothing stands on the {side} of `{operator.text}`")
    terms: dict[tuple[str, bool], Term] = {}
    for words, sign in _split(tokens, operator):
        term = _term(words, sign)
        key = (term.name, term.number)
        if key in terms:
            term = term._replace(modifiers=terms[key].modifiers + term.modifiers)
        _check_agreement(term)
        terms[key] = term
    return list(terms.values())


def _split(tokens: Sequence[Token], operator: Token) -> list[tuple[Sequence[Token], Token]]:
    """Tokens between the `+` signs, each part with the sign (or operator) before it."""
    parts: list[tuple[Sequence[Token], Token]] = []
    depth, start, sign = 0, 0, operator
    for at, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.text == "+" and depth == 0:
            parts.append((tokens[start:at], sign))
            start, sign = at + 1, token
    parts.append((tokens[start:], sign))
    return parts


def _term(tokens: Sequence[Token], sign: Token) -> Term:
    if not tokens:
        raise syntax_error(sign, f"a variable is missing after `{sign.text}`")
    start = 0
    modifiers: list[Modifier] = []
    for at, mark in _marks(tokens):
        if at == start:
            raise syntax_error(mark, f"nothing stands before `{mark.text}`")
        modifier = parse_modifier(tokens[start:at])
        if mark.text == "?":
            if modifier.kind != "fixed":
                raise syntax_error(tokens[start], "a number stands before `?`, as in 0.8?x")
            modifier = Modifier("start", modifier.values)
        modifiers.append(modifier)
        start = at + 1
    if start == len(tokens):
        raise syntax_error(tokens[-1], f"a variable is missing after `{tokens[-1].text}`")
    name, number = _variable(tokens[start:])
    return Term(name, number, _multiply_numbers(modifiers), tokens[start])


def _marks(tokens: Sequence[Token]) -> list[tuple[int, Token]]:
    """Places of `*` and `?` outside parentheses."""
    depth = 0
    marks = []
    for at, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.text in ("*", "?") and depth == 0:
            marks.append((at, token))
    return marks


def _variable(tokens: Sequence[Token]) -> tuple[str, bool]:
    first = tokens[0]
    if len(tokens) == 1 and first.kind in ("name", "number"):
        return first.text, first.kind == "number"
    if len(tokens) == 3 and tokens[1].text == ":" and first.kind == tokens[2].kind == "name":
        return f"{first.text}:{tokens[2].text}", False
    if first.kind == "name" and len(tokens) > 1:
        if tokens[1].text == "(":
            raise syntax_error(
                first, f"{first.text}() of a variable is not served; compute the column in the data"
            )
        raise syntax_error(tokens[1], _missing_sign(first, tokens[1]))
    if first.text == "-":
        raise syntax_error(first, "a term cannot be subtracted; write a coefficient of minus one as -1*x")
    if first.kind == "number" and len(tokens) > 1:
        raise syntax_error(tokens[1], f"`*` is missing between {first.text} and {tokens[1].text}")
    raise syntax_error(first, f"`{first.text}` is not expected here; a variable name is")


def _missing_sign(first: Token, second: Token) -> str:
    text = f"`{second.text}` after {first.text}: `+` joins variables, `*` applies a modifier"
    if second.kind in ("name", "number") and second.line == first.line:
        together = f"{first.text} {second.text}"
        text += f"; names hold no blanks: if {together!r} is a column, call it {first.text}_{second.text} in the data"
    return text


def _multiply_numbers(modifiers: list[Modifier]) -> tuple[Modifier, ...]:
    """`0.5*2*x` fixes the parameter at 1."""
    numbers = [m.values[0] for m in modifiers if m.kind == "fixed" and len(m.values) == 1]
    if len(numbers) < 2:
        return tuple(modifiers)
    product = 1.0
    for number in numbers:
        product *= number if isinstance(number, float) else 1.0
    others = [m for m in modifiers if m.kind != "fixed" or len(m.values) > 1]
    return (Modifier("fixed", (product,)), *others)


def _check_agreement(term: Term) -> None:
    if len(term.modifiers) < 2:
        return
    kinds = [modifier.kind for modifier in term.modifiers]
    for kind in kinds:
        if kinds.count(kind) > 1 and not _complementary(term.modifiers, kind):
            raise syntax_error(
                term.token, f"{term.name} gets two modifiers of the same kind ({kind}); keep one"
            )
    for one, other in (("fixed", "free"), ("fixed", "start"), ("label", "equal")):
        if one in kinds and other in kinds and not _per_group(term.modifiers, one):
            raise syntax_error(
                term.token, f"{term.name} is given both as {one} and with {other}; keep one of the two"
            )


def _per_group(modifiers: tuple[Modifier, ...], kind: str) -> bool:
    return any(None in modifier.values for modifier in modifiers if modifier.kind == kind)


def _complementary(modifiers: tuple[Modifier, ...], kind: str) -> bool:
    """Whether modifiers of one kind fill each other's NA entries."""
    values = [modifier.values for modifier in modifiers if modifier.kind == kind]
    return len({len(v) for v in values}) == 1 and all(
        sum(entry is not None for entry in entries) <= 1 for entries in zip(*values, strict=True)
    )
