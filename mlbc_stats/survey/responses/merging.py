"""One instrument out of those that several files answer: every question once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.model import Instrument

SAME: Mapping[str, tuple[str, ...]] = {
    "item": ("construct", "scale", "reversed", "route"),
    "check": ("scale", "expected"),
    "scale": ("kind", "values", "lower", "upper", "missing_codes"),
}
"""What must be the same wherever a question or scale bears one id; words may differ, by informant and language."""


def merged_instrument(instruments: Sequence[Instrument]) -> Instrument:
    """The questions of all instruments, each where it stands among its neighbours; the first gives title and id.

    Raises
    ------
    InstrumentError
        when two instruments call different things by one id, or have no language in common.
    """
    first, *others = instruments
    if all(other is first or other == first for other in others):
        return first
    values: dict[str, Any] = {field.name: getattr(first, field.name) for field in fields(first)}
    languages = tuple(name for name in first.languages if all(name in other.languages for other in others))
    if not languages:
        raise InstrumentError(f"{first.id} and {others[0].id} have no language in common; add a translation")
    values |= {
        "languages": languages,
        "items": _once("item", instruments, [one.items for one in instruments]),
        "checks": _once("check", instruments, [one.checks for one in instruments]),
        "scales": _once("scale", instruments, [one.scales for one in instruments]),
        "constructs": tuple(_by_id([one.constructs for one in instruments]).values()),
        "scoring": _rules(instruments),
        "informants": tuple(dict.fromkeys(name for one in instruments for name in one.informants)),
        "modules": (),
        "short_forms": (),
        "minutes": None,
    }
    return Instrument(**values)


def interleaved(orders: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Names of several orders in one; a name that the earlier ones lack follows what it follows in its own.

    Examples
    --------
    >>> interleaved([["a1", "a3", "b1"], ["a1", "a2", "a3", "c1"]])
    ('a1', 'a2', 'a3', 'c1', 'b1')
    """
    found: list[str] = []
    for order in orders:
        place = 0
        for name in order:
            if name in found:
                place = found.index(name) + 1
            else:
                found.insert(place, name)
                place += 1
    return tuple(found)


def _once(what: str, instruments: Sequence[Instrument], lists: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    known = _by_id(lists)
    for instrument, entries in zip(instruments, lists, strict=True):
        for entry in entries:
            differing = [name for name in SAME[what] if _part(entry, name) != _part(known[entry.id], name)]
            if differing:
                raise InstrumentError(
                    f"{what} {entry.id!r} of {instrument.id} differs from that of another file (in "
                    f"{', '.join(differing)}); answers to different questions cannot be joined"
                )
    return tuple(known[name] for name in interleaved([[entry.id for entry in entries] for entries in lists]))


def _by_id(lists: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """The first entry of every id."""
    return {entry.id: entry for entries in reversed(lists) for entry in entries}


def _part(entry: Any, name: str) -> object:
    if name == "missing_codes":
        return {(code.value, code.reason) for code in entry.missing}
    return getattr(entry, name)


def _rules(instruments: Sequence[Instrument]) -> tuple[Any, ...]:
    """Of several scoring rules for one construct that over the most items."""
    rules: dict[str, Any] = {}
    for rule in (rule for one in instruments for rule in one.scoring):
        known = rules.get(rule.construct)
        if known is None or len(rule.items) > len(known.items):
            rules[rule.construct] = rule
    return tuple(rules.values())
