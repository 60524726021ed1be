"""The rules of a constructs file: families, neighbours, elements and relations fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.rules.file_parts import entries, ids, listed
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding
from mlbc_stats.survey.yaml.tree import Where


def _family_is_sound(source: YamlFile) -> Iterator[Finding]:
    """Parents are other constructs of the file, and no parent is itself a facet."""
    known = ids(source, "constructs")
    for where, entry in entries(source, "constructs"):
        parent = entry.get("parent")
        if isinstance(parent, str) and parent not in known:
            yield source.finding((*where, "parent"), f"parent {parent!r} is not defined in this file")
        elif isinstance(parent, str) and known[parent].get("parent") is not None:
            yield source.finding(
                (*where, "parent"), f"parent {parent!r} is itself a facet; only two levels are served"
            )


def _others_exist(source: YamlFile) -> Iterator[Finding]:
    """Neighbours and relations name other constructs of the file, each neighbour once."""
    known = ids(source, "constructs")
    for where, entry in entries(source, "constructs"):
        for place, what, other in _named(where, entry):
            if other not in known or other == entry.get("id"):
                yield source.finding(place, f"{what} {other!r} is not another construct of this file")


def _named(where: Where, entry: dict[str, Any]) -> Iterator[tuple[Where, str, str]]:
    for key, what in (("neighbours", "neighbour"), ("relations", "relation to")):
        for position, other in enumerate(listed(entry.get(key))):
            name = other.get("id") if isinstance(other, dict) else None
            if isinstance(name, str):
                yield (*where, key, position, "id"), what, name


def _elements_are_unique(source: YamlFile) -> Iterator[Finding]:
    """Ids of elements are unique in the file and begin with the id of their construct."""
    first: dict[str, int] = {}
    for where, entry in entries(source, "constructs"):
        for position, element in enumerate(listed(entry.get("elements"))):
            name = element.get("id") if isinstance(element, dict) else None
            if not isinstance(name, str):
                continue
            place = (*where, "elements", position, "id")
            line = source.line(place)
            if first.setdefault(name, line) != line:
                problem = f"duplicate element {name!r}, already used on line {first[name]}; rename one"
                yield source.finding(place, problem)
            if not name.startswith(f"{entry.get('id')}_"):
                yield source.finding(place, f"element {name!r} must begin with '{entry.get('id')}_'")


def _relations_have_a_source(source: YamlFile) -> Iterator[Finding]:
    """A relation names the proposition that states it, or where the source does."""
    for where, entry in entries(source, "constructs"):
        for position, relation in enumerate(listed(entry.get("relations"))):
            if isinstance(relation, dict) and not (relation.get("proposition") or relation.get("locator")):
                problem = f"relation to {relation.get('id')!r} has neither proposition nor locator; give one"
                yield source.finding((*where, "relations", position), problem)


CONSTRUCT_RULES: tuple[Callable[[YamlFile], Iterator[Finding]], ...] = (
    _family_is_sound,
    _others_exist,
    _elements_are_unique,
    _relations_have_a_source,
)
