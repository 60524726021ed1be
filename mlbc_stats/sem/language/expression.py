"""Read an arithmetic expression into a tree of plain tuples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlbc_stats.sem.language.scanner import Token, syntax_error

Tree = tuple
FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "pnorm": lambda x: 0.5 * math.erfc(-x / math.sqrt(2.0)),
}
_ADDITION, _PRODUCT, _POWER = ("+", "-"), ("*", "/"), ("^", "**")


@dataclass(frozen=True, slots=True)
class Expression:
    """An arithmetic expression over parameter labels.

    Attributes
    ----------
    text : as written, blanks removed.
    tree : nested tuples: `("num", 2.0)`, `("name", "a")`, `("neg", t)`, `("call", "exp", t)` and
        `(op, left, right)` with op one of `+ - * / ^`.
    """

    text: str
    tree: Tree

    @property
    def names(self) -> tuple[str, ...]:
        """The labels it mentions, in order of appearance, each once."""
        return tuple(dict.fromkeys(leaf_names(self.tree)))


def parse_expression(tokens: Sequence[Token], anchor: Token) -> Expression:
    """Read `tokens` as one expression; `anchor` is the token to blame when there are none."""
    if not tokens:
        raise syntax_error(anchor, f"an expression is missing beside `{anchor.text}`")
    reader = _Reader(tokens)
    tree = reader.sum()
    if reader.at < len(tokens):
        token = tokens[reader.at]
        raise syntax_error(token, f"`{token.text}` is not expected here; an operator such as + - * / ^ is")
    return Expression(join(tokens), tree)


def join(tokens: Sequence[Token]) -> str:
    """The tokens' text without blanks."""
    return "".join([token.text for token in tokens])


def leaf_names(tree: Tree) -> list[str]:
    """The names in a tree, with repetition."""
    if tree[0] == "name":
        return [tree[1]]
    return [name for child in tree[1:] if isinstance(child, tuple) for name in leaf_names(child)]


def constant_value(tree: Tree) -> float:
    """Number that a tree without names stands for; `KeyError` carries the first name met."""
    kind = tree[0]
    if kind == "num":
        return float(tree[1])
    if kind == "name":
        if tree[1] == "pi":
            return math.pi
        raise KeyError(tree[1])
    if kind == "neg":
        return -constant_value(tree[1])
    if kind == "call":
        return float(FUNCTIONS[tree[1]](constant_value(tree[2])))
    return _combine(kind, constant_value(tree[1]), constant_value(tree[2]))


def _combine(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    return left / right if operator == "/" else float(left**right)


class _Reader:
    """Recursive descent over tokens; `at` is the next token's index."""

    __slots__ = ("at", "tokens")

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def sum(self) -> Tree:
        tree = self.product()
        while (operator := self._take(_ADDITION)) is not None:
            tree = (operator, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.signed()
        while (operator := self._take(_PRODUCT)) is not None:
            tree = (operator, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        sign = self._take(_ADDITION)
        if sign is None:
            return self.power()
        return ("neg", self.signed()) if sign == "-" else self.signed()

    def power(self) -> Tree:
        base = self.atom()
        return ("^", base, self.signed()) if self._take(_POWER) is not None else base

    def atom(self) -> Tree:
        if self.at >= len(self.tokens):
            last = self.tokens[-1]
            raise syntax_error(last, f"the expression breaks off after `{last.text}`")
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return ("num", float(token.text))
        if token.kind == "name":
            return self._call(token) if self._peek("(") else ("name", token.text)
        if token.text == "(":
            return self._closed()
        raise syntax_error(
            token, f"`{token.text}` is not expected here; a number, a label or a parenthesis is"
        )

    def _call(self, name: Token) -> Tree:
        if name.text not in FUNCTIONS:
            raise syntax_error(
                name, f"the function {name.text}() is not known; known are {', '.join(sorted(FUNCTIONS))}"
            )
        self.at += 1
        return ("call", name.text, self._closed())

    def _closed(self) -> Tree:
        tree = self.sum()
        if not self._peek(")"):
            token = self.tokens[min(self.at, len(self.tokens) - 1)]
            raise syntax_error(token, f"`{token.text}` is not expected here; a closing parenthesis is")
        self.at += 1
        return tree

    def _peek(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].text == text

    def _take(self, operators: tuple[str, ...]) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at].text in operators:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None
