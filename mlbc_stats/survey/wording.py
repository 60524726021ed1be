"""The rules of good wording: short items with one idea each, balanced and accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mlbc_stats.survey.entries import entries
from mlbc_stats.survey.finding import Finding
from mlbc_stats.survey.yamlfile import YamlFile

MAX_WORDS = 20
MIN_ITEMS = 3

JOINING = re.compile(r"\b(and|or|and/or|as well as)\b|/", re.IGNORECASE)
NEGATION = re.compile(r"\b(not|never|no|nobody|nothing|none|cannot|\w+n't)\b", re.IGNORECASE)
JARGON = (
    "temporal",
    "congruence",
    "meta-learning",
    "context sensitiv",
    "alignment",
    "effectuat",
    "cycle",
    "mlops",
)


def wording_findings(source: YamlFile) -> tuple[Finding, ...]:
    """Findings of every wording rule; too long an item is an error, most others ask for a second look."""
    return tuple(finding for rule in RULES for finding in rule(source))


def word_count(text: str) -> int:
    """Number of words; what stands between two blanks is one word.

    Examples
    --------
    >>> word_count("The day-to-day work suits us.")
    5
    """
    return len(text.split())


def _measured(source: YamlFile) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Place, language and wording of every item that measures a construct."""
    for where, entry in entries(source, "items"):
        text = entry.get("text")
        if entry.get("construct") and isinstance(text, dict):
            for language, wording in text.items():
                if isinstance(wording, str):
                    yield (*where, "text", language), language, wording


def _short(source: YamlFile) -> Iterator[Finding]:
    """At most twenty words."""
    for where, _, wording in _measured(source):
        if word_count(wording) > MAX_WORDS:
            yield source.finding(
                where, f"{word_count(wording)} words, expected at most {MAX_WORDS}; shorten it"
            )


def _single_idea(source: YamlFile) -> Iterator[Finding]:
    """No joining word: two ideas in one item cannot be answered once."""
    for where, language, wording in _measured(source):
        found = JOINING.search(wording) if language.startswith("en") else None
        if found:
            problem = f"{found.group(0)!r} may join two ideas: {wording!r}; split the item if it does"
            yield source.finding(where, problem, "warning")


def _plain_words(source: YamlFile) -> Iterator[Finding]:
    """No jargon of the theory, and at most one negation."""
    for where, language, wording in _measured(source):
        if not language.startswith("en"):
            continue
        for term in (term for term in JARGON if term in wording.lower()):
            yield source.finding(where, f"{term!r} is a word of the theory, not of the respondent", "warning")
        if len(NEGATION.findall(wording)) > 1:
            yield source.finding(where, f"two negations: {wording!r}; use at most one", "warning")


def _unique_wording(source: YamlFile) -> Iterator[Finding]:
    """No wording twice."""
    first: dict[tuple[str, str], str] = {}
    for where, language, wording in _measured(source):
        key = (language, " ".join(wording.lower().split()))
        if key in first:
            yield source.finding(where, f"the same wording as item {first[key]}; change or remove one")
        first.setdefault(key, source.name(where))


def _balanced(source: YamlFile) -> Iterator[Finding]:
    """Every construct or facet has enough items, at least one of them reversed and one not."""
    for construct, items in _by_construct(source).items():
        where, _ = items[0]
        if len(items) < MIN_ITEMS:
            problem = f"construct {construct!r} has {len(items)} items here, expected {MIN_ITEMS} or more"
            yield source.finding(where, problem, "warning")
        if all(bool(entry.get("reversed")) for _, entry in items):
            yield source.finding(where, f"all items of construct {construct!r} are reversed", "warning")
        if not any(bool(entry.get("reversed")) for _, entry in items):
            yield source.finding(where, f"construct {construct!r} has no reversed item", "warning")


def _by_construct(source: YamlFile) -> dict[str, list]:  # type: ignore[type-arg]
    """Entries by the construct they measure."""
    found: dict[str, list] = {}  # type: ignore[type-arg]
    for where, entry in entries(source, "items"):
        name = entry.get("construct")
        if isinstance(name, str) and name:
            found.setdefault(name, []).append((where, entry))
    return found


RULES: tuple[Callable[[YamlFile], Iterator[Finding]], ...] = (
    _short,
    _single_idea,
    _plain_words,
    _unique_wording,
    _balanced,
)
