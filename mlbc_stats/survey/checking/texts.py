"""What the rules of wording look at: measuring items, their wordings and their facets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlbc_stats.survey.rules.file_parts import entries
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.tree import Where


@dataclass(frozen=True, slots=True)
class Wording:
    """One text that a respondent may read for one item."""

    where: Where
    item: int
    language: str
    text: str
    main: bool  # the words for everybody, not those for an informant or for panels

    @property
    def english(self) -> bool:
        """Whether the rules that rest on English words apply."""
        return self.language.split("-")[0] == "en"


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule that an item breaks; ``item`` is its position among the items of the file."""

    where: Where
    item: int
    rule: str
    message: str


def wordings(source: YamlFile) -> Iterator[Wording]:
    """Every text of every measuring item: for everybody, for informants, for panels."""
    for where, entry in measuring(source):
        for place, text in _texts(where, entry):
            for language, words in text.items() if isinstance(text, dict) else ():
                if isinstance(words, str):
                    main = place[-1] == "text"
                    yield Wording((*place, language), int(where[1]), str(language), words, main)


def english(source: YamlFile) -> Iterator[Wording]:
    """Every English text of every measuring item."""
    return (wording for wording in wordings(source) if wording.english)


def measuring(source: YamlFile) -> Iterator[tuple[Where, dict[str, Any]]]:
    """The items that measure a construct."""
    for where, entry in entries(source, "items"):
        if isinstance(entry.get("construct"), str) and entry["construct"]:
            yield where, entry


def facets(source: YamlFile) -> dict[str, list[tuple[Where, dict[str, Any]]]]:
    """Measuring items by what they measure."""
    found: dict[str, list[tuple[Where, dict[str, Any]]]] = {}
    for where, entry in measuring(source):
        found.setdefault(entry["construct"], []).append((where, entry))
    return found


def _texts(where: Where, entry: dict[str, Any]) -> Iterator[tuple[Where, Any]]:
    yield (*where, "text"), entry.get("text")
    yield (*where, "panel"), entry.get("panel")
    other = entry.get("wordings")
    for informant, text in other.items() if isinstance(other, dict) else ():
        yield (*where, "wordings", informant), text
