"""Differences whose reason is known: each names the row of docs/differences.md that tells it, or lavaan's own word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.fuzz.lavaan_side.asking import Pair
from tests.fuzz.lavaan_side.differences import Difference


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of docs/differences.md (its first cell, or its first words) and when it applies."""

    row: str
    applies: Callable[[Pair, Difference], bool]


def reasons(pair: Pair, difference: Difference) -> Iterator[str]:
    """Every reason that explains this difference, the first is named in the table."""
    for reason in REASONS:
        if reason.applies(pair, difference):
            yield reason.row


def said(pair: Pair, *texts: str) -> bool:
    """True if lavaan warned of one of these at our estimates."""
    ours = pair.there["ours"]
    words = " ".join([*map(str, ours.get("warnings", ())), *map(str, ours.get("faults", ()))])
    return any(text in words for text in texts)


def _mixed(pair: Pair) -> bool:
    ordered = pair.case.arguments.get("ordered")
    return bool(ordered) and set(ordered) != set(pair.case.structure.names)


REASONS: tuple[Reason, ...] = ()
