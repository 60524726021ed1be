"""Read an expression about sets: names, `~` for the complement, `*` for and, `+` for or, brackets.

``A*~B + C`` is the set of cases in A and not in B, or in C. A name in small letters stands for the complement of the
condition of that name in capitals, as in Ragin's papers, unless a condition bears the small name itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelSyntaxError
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]
TOKEN = re.compile(r"\s*(?:(?P<name>[^\W\d][\w.]*)|(?P<mark>[~*+()]))")


@dataclass(frozen=True, slots=True)
class Name:
    """One condition."""

    name: str


@dataclass(frozen=True, slots=True)
class Complement:
    """Cases outside a set: 1 − x."""

    of: Node


@dataclass(frozen=True, slots=True)
class Every:
    """Cases in all sets: the least membership."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Cases in one set or more: the greatest membership."""

    parts: tuple[Node, ...]


Node: TypeAlias = Name | Complement | Every | Either


def parse(text: str, conditions: Iterable[str]) -> Node:
    """The tree of an expression.

    Raises
    ------
    ModelSyntaxError : with a caret at the place; unknown conditions come with the nearest known one.

    Examples
    --------
    >>> write(parse("A*b + ~(C + A)", ["A", "B", "C"]))
    'A*~B + ~(C + A)'
    >>> parse("A B", ["A", "B"])
    Traceback (most recent call last):
    mlbc_stats.errors.ModelSyntaxError: line 1, column 3: expected * or + before 'B'
      A B
        ^
    """
    return _Reader(text, tuple(conditions)).whole()


def evaluate(node: Node, memberships: Mapping[str, Array]) -> Array:
    """Membership of each case in the set that a tree describes; the arrays may have any common shape.

    Examples
    --------
    >>> held = {"A": np.array([0.2, 0.9]), "B": np.array([0.7, 0.4])}
    >>> evaluate(parse("A*~B", held), held).round(2).tolist()
    [0.2, 0.6]
    """
    if isinstance(node, Name):
        return memberships[node.name]
    if isinstance(node, Complement):
        return 1 - evaluate(node.of, memberships)
    parts = [evaluate(part, memberships) for part in node.parts]
    return np.minimum.reduce(parts) if isinstance(node, Every) else np.maximum.reduce(parts)


def write(node: Node) -> str:
    """The text of a tree."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Complement):
        return f"~{_inside(node.of, (Every, Either))}"
    if isinstance(node, Every):
        return "*".join(_inside(part, (Either,)) for part in node.parts)
    return " + ".join(write(part) for part in node.parts)


def alternatives(node: Node) -> tuple[Node, ...]:
    """The terms of a disjunction; one that is none is its only term."""
    return node.parts if isinstance(node, Either) else (node,)


def names_in(node: Node) -> tuple[str, ...]:
    """Conditions of a tree in the order in which they come."""
    if isinstance(node, Name):
        return (node.name,)
    parts: Sequence[Node] = (node.of,) if isinstance(node, Complement) else node.parts
    return tuple(dict.fromkeys(name for part in parts for name in names_in(part)))


def _inside(node: Node, bracketed: tuple[type, ...]) -> str:
    return f"({write(node)})" if isinstance(node, bracketed) else write(node)


class _Reader:
    """Reads from left to right; `place` is the next token's number."""

    def __init__(self, text: str, conditions: tuple[str, ...]) -> None:
        self.text, self.conditions, self.place = text, conditions, 0
        self.tokens = list(self._split())

    def whole(self) -> Node:
        if not self.tokens:
            raise ModelSyntaxError("expected an expression such as A*~B + C, got none", self.text, 1, 1)
        found = self._either()
        if self.place < len(self.tokens):
            token, _ = self.tokens[self.place]
            raise self._error(f"expected * or + before {token!r}" if token != ")" else "no ( opens this )")
        return found

    def _split(self) -> Iterable[tuple[str, int]]:
        at, end = 0, len(self.text.rstrip())
        while at < end:
            found = TOKEN.match(self.text, at)
            if found is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                problem = f"{self.text[start]!r} means nothing here; use names, ~, *, + and brackets"
                raise ModelSyntaxError(problem, self.text, *_line_and_column(self.text, start))
            yield found[found.lastgroup or 0], found.start(found.lastgroup or 0)
            at = found.end()

    def _either(self) -> Node:
        parts = self._row(self._every, "+")
        return parts[0] if len(parts) == 1 else Either(parts)

    def _every(self) -> Node:
        parts = self._row(self._factor, "*")
        return parts[0] if len(parts) == 1 else Every(parts)

    def _row(self, read: Any, mark: str) -> tuple[Node, ...]:
        parts = [read()]
        while self._next() == mark:
            self.place += 1
            parts.append(read())
        return tuple(parts)

    def _factor(self) -> Node:
        token = self._next()
        if token in ("", "*", "+", ")"):
            raise self._error("expected a condition here")
        self.place += 1
        if token == "~":
            return Complement(self._factor())
        if token != "(":
            return self._condition(token)
        inner = self._either()
        if self._next() != ")":
            raise self._error("expected ) here")
        self.place += 1
        return inner

    def _condition(self, token: str) -> Node:
        if token in self.conditions:
            return Name(token)
        if token.islower() and token.upper() in self.conditions:
            return Complement(Name(token.upper()))
        self.place -= 1
        raise self._error(f"no condition {token!r}{did_you_mean(token, self.conditions)}")

    def _next(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def _error(self, problem: str) -> ModelSyntaxError:
        inside = self.place < len(self.tokens)
        at = self.tokens[self.place][1] if inside else len(self.text.rstrip())
        return ModelSyntaxError(problem, self.text, *_line_and_column(self.text, at))


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
