"""Where a study differs from what it said beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlbc_stats.study.preregistration.content import Content

LONGEST = 160
"""Characters of a value in a table; models and wordings are longer."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference.

    Attributes
    ----------
    section, item : where; registered, now : what was said, and what is done.
    """

    section: str
    item: str
    registered: str
    now: str


def deviations_of(registered: Content, now: Content) -> tuple[Deviation, ...]:
    """Every item that was settled otherwise, was left out or joined.

    Examples
    --------
    >>> deviations_of({"analysis": {"seed": 1}}, {"analysis": {"seed": 2}})
    (Deviation(section='analysis', item='seed', registered='1', now='2'),)
    """
    sections = [*registered, *(name for name in now if name not in registered)]
    return tuple(
        found
        for section in sections
        for found in _differences(section, registered.get(section, {}), now.get(section, {}))
    )


def _differences(
    section: str, before: dict[str, Any], after: dict[str, Any], prefix: str = ""
) -> Iterator[Deviation]:
    for item in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(item), after.get(item)
        if old == new and (item in before) == (item in after):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(section, old, new, f"{prefix}{item}: ")
            continue
        said = [
            "not registered" if item not in before else _said(old),
            "left out" if item not in after else _said(new),
        ]
        if isinstance(old, str) and isinstance(new, str) and "\n" in f"{old}{new}":
            said = [_lines(old, new), _lines(new, old)]
        yield Deviation(section, f"{prefix}{item}", *said)


def _lines(one: str, other: str) -> str:
    """The lines of a text that another does not have."""
    own = [line for line in one.splitlines() if line not in other.splitlines()]
    return _said("; ".join(own) or "nothing more")


def _said(value: Any) -> str:
    text = "the default" if value is None else value if isinstance(value, str) else _plain(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{name} {_plain(each)}" for name, each in value.items())
    return str(value)
