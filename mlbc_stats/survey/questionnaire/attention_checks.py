"""Spread attention checks evenly over the measuring questions, each among questions of its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from mlbc_stats.survey.instrument.item import Check, Item

MOST_ARRANGED = 6  # checks whose every assignment is tried; more are taken in their order


def spread(checks: Sequence[Check], items: Sequence[Item]) -> dict[str, str]:
    """Check id → id of the measuring item that it follows.

    With n items and k checks the j-th place is after item j·n/(k + 1). Every check goes to the nearest item of
    its own scale that still leaves it inside a block (the next item has that scale too), else to the nearest
    item. Which check takes which place is chosen so that they are moved the least.
    """
    n, k = len(items), len(checks)
    places = [n * (number + 1) / (k + 1) for number in range(k)]
    orders = permutations(checks) if k <= MOST_ARRANGED else iter([tuple(checks)])
    trials = (_assigned(order, places, items) for order in orders)
    best = min(trials, key=lambda trial: sum(moved for _, moved in trial.values()), default={})
    return {name: items[place].id for name, (place, _) in best.items()}


def _assigned(
    order: Sequence[Check], places: Sequence[float], items: Sequence[Item]
) -> dict[str, tuple[int, float]]:
    """Check id → (position of the item it follows, how far that is from the even place)."""
    found: dict[str, tuple[int, float]] = {}
    taken: set[int] = set()
    for check, even in zip(order, places, strict=True):
        free = [place for place in range(len(items)) if place not in taken] or list(range(len(items)))
        suited = [place for place in free if _inside(check, place, items)] or free
        place = min(suited, key=lambda place: abs(place + 1 - even))
        taken.add(place)
        found[check.id] = (place, abs(place + 1 - even))
    return found


def _inside(check: Check, place: int, items: Sequence[Item]) -> bool:
    following = items[place + 1].scale if place + 1 < len(items) else ""
    return items[place].scale == check.scale == following
