"""Build plain data from the events of a YAML parser, with the line of every value and caps on everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_DEPTH = 12
MAX_ALIASES = 50
MAX_VALUES = 50_000  # after aliases are expanded

Where = tuple[str | int, ...]
"""Keys and positions that lead to a value."""


class Stop(Exception):  # noqa: N818
    """The file cannot be read any further."""

    def __init__(self, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(problem)


def build_tree(text: str) -> Tree:
    """Build the one document of ``text``; Stop with line and reason when it cannot be read."""
    tree = Tree()
    tree.read(text)
    return tree


@dataclass(slots=True)
class Tree:
    """Turns parser events into plain data while counting depth, aliases and values."""

    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[tuple[Where, int, str]] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    aliases: int = 0
    values: int = 0

    def read(self, text: str) -> None:
        """Build the first document and refuse a second one."""
        events = _events(text)
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Stop(_line(event), "a second document starts here; one file holds one document")
            elif isinstance(event, NodeEvent):
                self.data = self.node(event, events, ())

    def node(self, event: Event, events: Iterator[Event], where: Where) -> Any:
        """The value that starts with this event."""
        if isinstance(event, AliasEvent):
            return self.alias(event, where)
        line, before = _line(event), self.values
        self.lines.setdefault(where, line)
        self.count(1, line)
        if len(where) > MAX_DEPTH:
            raise Stop(line, f"nested deeper than {MAX_DEPTH} levels; an instrument needs no more than six")
        if event.tag is not None and not isinstance(event, ScalarEvent):  # type: ignore[attr-defined]
            self.tag(event, where)
        if isinstance(event, MappingStartEvent):
            value: Any = self.mapping(events, where)
        elif isinstance(event, SequenceStartEvent):
            value = self.sequence(events, where)
        else:
            value = self.scalar(event, where)
        if event.anchor:  # type: ignore[attr-defined]
            self.anchors[event.anchor] = (value, self.values - before)  # type: ignore[attr-defined]
        return value

    def mapping(self, events: Iterator[Event], where: Where) -> dict[Any, Any]:
        """Keys and values up to the end of the mapping; the first of two equal keys stays."""
        found: dict[Any, Any] = {}
        first: dict[Any, int] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                return found
            key, line = self.key(event, events, where), _line(event)
            fresh = key not in found
            self.lines.setdefault((*where, key), line)
            value = self.node(next(events), events, (*where, key))
            if fresh:
                found[key], first[key] = value, line
            else:
                problem = f"duplicate key {key!r}, already given on line {first[key]}; keep one of the two"
                self.problems.append((where, line, problem))
        return found

    def key(self, event: Event, events: Iterator[Event], where: Where) -> str:
        """A mapping key, which must be plain text."""
        if not isinstance(event, ScalarEvent):
            raise Stop(_line(event), "a key must be plain text, not a list, a mapping or an alias")
        self.count(1, _line(event))
        return str(event.value)

    def sequence(self, events: Iterator[Event], where: Where) -> list[Any]:
        """Entries up to the end of the list."""
        found: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self.node(event, events, (*where, len(found))))
        return found

    def scalar(self, event: Any, where: Where) -> Any:
        """A string, or what YAML 1.2 makes of an unquoted word."""
        if event.tag not in (None, "!"):
            self.tag(event, where)
        return _plain(event.value) if event.implicit[0] else event.value

    def alias(self, event: Any, where: Where) -> Any:
        """The value of an anchor, counted as if written out."""
        line = _line(event)
        self.lines.setdefault(where, line)
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise Stop(line, f"more than {MAX_ALIASES} aliases; write the values out")
        if event.anchor not in self.anchors:
            raise Stop(line, f"alias *{event.anchor} refers to no finished anchor; write the value out")
        value, size = self.anchors[event.anchor]
        self.count(size, line)
        return value

    def tag(self, event: Any, where: Where) -> None:
        """Report a tag: plain data needs none."""
        self.problems.append((where, _line(event), f"tag {event.tag!r} is not allowed; remove it"))

    def count(self, size: int, line: int) -> None:
        """Add to the number of values and stop beyond the cap."""
        self.values += size
        if self.values > MAX_VALUES:
            raise Stop(line, f"more than {MAX_VALUES:,} values once aliases are expanded; write fewer")


def _events(text: str) -> Iterator[Event]:
    """The parser's events; a syntax error becomes a stop with its line."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        begun = error.context_mark if error.context_mark is not mark else None
        context = (
            f"{error.context} begun on line {begun.line + 1}" if error.context and begun else error.context
        )
        problem = " ".join(str(part) for part in (context, error.problem) if part)
        raise Stop(mark.line + 1 if mark else 1, f"not valid YAML: {problem}") from None
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise Stop(line, f"not valid YAML: {getattr(error, 'reason', error)}") from None


def _line(event: Any) -> int:
    """1-based line at which an event starts."""
    return int(event.start_mark.line) + 1


def _plain(word: str) -> Any:
    """The value of an unquoted word by the core schema of YAML 1.2."""
    if word in ("", "~", "null"):
        return None
    if word in ("true", "false"):
        return word == "true"
    for number in (int, float):
        try:
            return number(word) if word[0] in "+-.0123456789" and "_" not in word else word
        except ValueError:
            continue
    return word
