"""Put questions into blocks and in an order that keeps every routing question before what it routes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.item import Item

Thing = TypeVar("Thing", bound=Hashable)
FIRST = "phase"
OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Group:
    """Items that stand together before checks are put between them.

    Attributes
    ----------
    id, module : its name and the instrument file it comes from.
    items : in the order asked.
    rated : whether they measure and share one scale; others keep their place and order.
    """

    id: str
    module: str
    items: tuple[Item, ...]
    rated: bool


def order_questions(
    items: Sequence[Item],
    modules: Sequence[str],
    constructs: Mapping[str, Construct],
    shuffle_items: bool,
    shuffle_blocks: bool,
    rng: np.random.Generator,
) -> tuple[Group, ...]:
    """Groups in the order asked.

    Questions about the context that route others come first of all, the phase before them. Instrument files
    keep the order given, since each begins with words of its own; only blocks inside a file are shuffled, and
    only those that measure. A block holds the items of one construct with its facets that share a scale.
    """
    opening = _opening(items)
    rest = [item for item in items if item not in opening]
    groups = [Group(OPENING, opening[0].module, opening, rated=False)] if opening else []
    for module in modules:
        own = _groups([item for item in rest if item.module == module], module, constructs)
        if shuffle_items:
            own = [_shuffled(group, rng) for group in own]
        groups += _blocks_shuffled(own, rng) if shuffle_blocks else own
    return _uniquely_named(groups)


def consistent_order(
    things: Sequence[Thing], before: Mapping[Thing, set[Thing]], rng: np.random.Generator | None
) -> tuple[Thing, ...]:
    """Things in random order, each after those that must stand before it; in their own order without `rng`.

    Examples
    --------
    >>> consistent_order(["b", "a"], {"b": {"a"}}, None)
    ('a', 'b')
    """
    waiting = [things[place] for place in rng.permutation(len(things))] if rng is not None else list(things)
    done: list[Thing] = []
    while waiting:
        ready = [thing for thing in waiting if not (before.get(thing, set()) & set(waiting)) - {thing}]
        chosen = ready[0] if ready else waiting[0]
        done.append(chosen)
        waiting.remove(chosen)
    return tuple(done)


def _opening(items: Sequence[Item]) -> tuple[Item, ...]:
    """Context questions that others are routed by, the phase first."""
    routers = {item.route.question for item in items if item.route is not None} | {FIRST}
    found = [item for item in items if item.id in routers and not item.construct]
    first = sorted(found, key=lambda item: item.id != FIRST)
    by_id = {item.id: item for item in first}
    return tuple(by_id[name] for name in consistent_order(list(by_id), _before(first), None))


def _groups(items: Sequence[Item], module: str, constructs: Mapping[str, Construct]) -> list[Group]:
    """Consecutive items of one construct family and scale; questions about the context by themselves."""
    groups: list[tuple[tuple[str, str], list[Item]]] = []
    for item in items:
        parent = constructs[item.construct].parent if item.construct else None
        key = (parent or item.construct or module, item.scale if item.construct else "")
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        groups[-1][1].append(item)
    return [Group(key[0], module, tuple(members), bool(key[1])) for key, members in groups]


def _shuffled(group: Group, rng: np.random.Generator) -> Group:
    if not group.rated:
        return group
    by_id = {item.id: item for item in group.items}
    order: list[str] = []
    for run in _runs(group.items):
        order += consistent_order([item.id for item in run], _before(run), rng)
    return Group(group.id, group.module, tuple(by_id[name] for name in order), group.rated)


def _runs(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """What may be mixed: all of a block, but facets asked after different answers (phases) stay apart."""
    if len({item.route for item in items}) == 1:
        return [tuple(items)]
    return [tuple(run) for _, run in groupby(items, key=lambda item: item.construct)]


def _blocks_shuffled(groups: list[Group], rng: np.random.Generator) -> list[Group]:
    """Measuring blocks change places among themselves; the others stay where they are."""
    places = [place for place, group in enumerate(groups) if group.rated]
    owner = {item.id: place for place, group in enumerate(groups) for item in group.items}
    before = {
        place: {
            owner[item.route.question]
            for item in groups[place].items
            if item.route is not None and item.route.question in owner
        }
        for place in places
    }
    order = consistent_order(places, before, rng)
    moved = dict(zip(places, order, strict=True))
    return [groups[moved.get(place, place)] for place in range(len(groups))]


def _before(items: Sequence[Item]) -> dict[str, set[str]]:
    return {item.id: {item.route.question} for item in items if item.route is not None}


def _uniquely_named(groups: Sequence[Group]) -> tuple[Group, ...]:
    counts: dict[str, int] = {}
    named = []
    for group in groups:
        counts[group.id] = counts.get(group.id, 0) + 1
        name = group.id if counts[group.id] == 1 else f"{group.id}_{counts[group.id]}"
        named.append(Group(name, group.module, group.items, group.rated))
    return tuple(named)
