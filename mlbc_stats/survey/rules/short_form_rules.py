"""The rules of short forms: known items, two or three of every facet, a reversed one kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlbc_stats.survey.rules.file_parts import entries, ids, words
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding
from mlbc_stats.survey.yaml.tree import Where

MIN_KEPT, MAX_KEPT = 2, 3


def short_form_sound(source: YamlFile) -> Iterator[Finding]:
    """A short form keeps items of the file, each once, and enough of every facet that the file measures."""
    known, names = ids(source, "items"), set[str]()
    for where, entry in entries(source, "short_forms"):
        name, kept = entry.get("id"), words(entry.get("items"))
        if isinstance(name, str) and name in names:
            yield source.finding((*where, "id"), f"duplicate short form {name!r}; rename one")
        names |= {name} if isinstance(name, str) else set()
        for lost in sorted(set(kept) - set(known)):
            yield source.finding((*where, "items"), f"names item {lost!r}, which is not in this file")
        for twice in sorted({item for item in kept if kept.count(item) > 1}):
            yield source.finding((*where, "items"), f"names item {twice!r} twice; name it once")
        left_out = words(entry.get("without"))
        yield from _left_out_exists(source, (*where, "without"), known, left_out)
        yield from _facets_kept(source, (*where, "items"), known, kept, left_out)


def _left_out_exists(
    source: YamlFile, where: Where, known: dict[str, dict[str, Any]], left_out: list[str]
) -> Iterator[Finding]:
    """What is left out is a construct measured here or a question about the context."""
    questions = {name for name, entry in known.items() if not entry.get("construct")}
    for lost in sorted(set(left_out) - questions - set(_by_facet(known))):
        problem = f"leaves out {lost!r}, which is neither a construct measured here nor a context question"
        yield source.finding(where, problem)


def _facets_kept(
    source: YamlFile, where: Where, known: dict[str, dict[str, Any]], kept: list[str], left_out: list[str]
) -> Iterator[Finding]:
    for facet, items in _by_facet(known).items():
        if facet in left_out:
            continue
        left = [name for name in items if name in kept]
        fewest = min(MIN_KEPT, len(items))
        if not fewest <= len(left) <= MAX_KEPT:
            problem = f"keeps {len(left)} items of {facet!r}, expected {fewest} to {MAX_KEPT}"
            yield source.finding(where, problem)
        elif any(_turned(known[name]) for name in items) and not any(_turned(known[name]) for name in left):
            yield source.finding(where, f"keeps no reversed item of {facet!r}; keep one", "warning")


def _by_facet(items: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Ids of measuring items by what they measure."""
    found: dict[str, list[str]] = {}
    for name, entry in items.items():
        if isinstance(entry.get("construct"), str) and entry["construct"]:
            found.setdefault(entry["construct"], []).append(name)
    return found


def _turned(entry: dict[str, Any]) -> bool:
    return entry.get("reversed") is True
