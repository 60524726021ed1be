"""The rules of wording that look at the items of a facet together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.checking.texts import Remark, Wording, facets, wordings
from mlbc_stats.survey.yaml.file import YamlFile

MIN_ITEMS = 3
SHARED = 0.75  # share of words in common, from which two items are taken for one said twice
TOKEN = re.compile(r"\w+(?:['’]\w+)*")


def shared_words(first: str, second: str) -> float:
    """Words that two texts have in common as a share of all their words: |A ∩ B| / |A ∪ B| (Jaccard).

    Examples
    --------
    >>> shared_words("The days are calm.", "The days are long.")
    0.6
    """
    one, other = set(_tokens(first)), set(_tokens(second))
    return len(one & other) / len(one | other) if one | other else 1.0


def _near_duplicate(source: YamlFile) -> Iterator[Remark]:
    """No wording twice in the file, and none that nearly repeats an earlier one of its facet."""
    construct = {
        int(where[1]): entry["construct"] for items in facets(source).values() for where, entry in items
    }
    earlier: list[Wording] = []
    for text in wordings(source):
        if not text.main:
            continue
        for other in (other for other in earlier if other.language == text.language):
            share = shared_words(other.text, text.text)
            name = source.name(other.where)
            if _tokens(other.text) == _tokens(text.text):
                problem = f"the same wording as item {name}; change or remove one"
                yield Remark(text.where, text.item, "near_duplicate", problem)
            elif share >= SHARED and construct[other.item] == construct[text.item]:
                problem = f"shares {share:.0%} of its words with item {name}; change or remove one"
                yield Remark(text.where, text.item, "near_duplicate", problem)
        earlier.append(text)


def _unbalanced(source: YamlFile) -> Iterator[Remark]:
    """Every facet has an item that is reversed and one that is not."""
    for construct, items in facets(source).items():
        (where, _), signs = items[0], {_turned(entry) for _, entry in items}
        if signs == {True}:
            problem = f"all items of construct {construct!r} are reversed"
            yield Remark(where, int(where[1]), "unbalanced", problem)
        if signs == {False}:
            problem = f"construct {construct!r} has no reversed item"
            yield Remark(where, int(where[1]), "unbalanced", problem)


def _few_items(source: YamlFile) -> Iterator[Remark]:
    """Every facet has three items or more."""
    for construct, items in facets(source).items():
        if len(items) < MIN_ITEMS:
            where, _ = items[0]
            problem = f"construct {construct!r} has {len(items)} items here, expected {MIN_ITEMS} or more"
            yield Remark(where, int(where[1]), "few_items", problem)


def _turned(entry: dict[str, Any]) -> bool:
    return entry.get("reversed") is True


def _tokens(text: str) -> list[str]:
    return TOKEN.findall(text.lower())


FACET_RULES: tuple[Callable[[YamlFile], Iterator[Remark]], ...] = (_near_duplicate, _unbalanced, _few_items)
