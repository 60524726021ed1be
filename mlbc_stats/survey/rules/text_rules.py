"""The rules of texts shown to respondents: every language, no markup, no stray placeholder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.rules.file_parts import quoted, words
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding
from mlbc_stats.survey.yaml.tree import Where

SHOWN = ("text", "label", "title", "introduction", "consent", "panel", "period", "instruction")
MARKUP = re.compile(r"<[A-Za-z/!?][^>]*>?|&(?:[A-Za-z]+|#\w+);")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
PERIOD = "{period}"


def texts(source: YamlFile) -> Iterator[tuple[Where, dict[str, Any]]]:
    """Every mapping from language to text in an instrument file, with its place."""
    if isinstance(source.data, dict) and source.data.get("kind") == "instrument":
        yield from _texts(source.data, ())


def _texts(node: Any, where: Where) -> Iterator[tuple[Where, dict[str, Any]]]:
    if isinstance(node, dict):
        for key, value in node.items():
            shown = key in SHOWN or (bool(where) and where[-1] == "wordings")
            if shown and isinstance(value, dict) and (key, where) != ("panel", ()):
                yield (*where, key), value
            else:
                yield from _texts(value, (*where, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _texts(value, (*where, position))


def _languages_complete(source: YamlFile) -> Iterator[Finding]:
    """Every text is present in every language of the file, and in no other."""
    if not isinstance(source.data, dict) or source.data.get("kind") != "instrument":
        return
    languages = words(source.data.get("languages"))
    if not languages:
        yield source.finding(
            ("languages",), "the list of languages is empty; name at least one, such as [en]"
        )
    for where, text in texts(source):
        absent = [name for name in languages if name not in text]
        extra = [name for name in text if name not in languages]
        if absent:
            yield source.finding(where, f"text is missing in {quoted(absent)}; add it")
        if extra and languages:
            yield source.finding(where, f"text in {quoted(extra)}, which 'languages' does not list")


def _plain_text(source: YamlFile) -> Iterator[Finding]:
    """No HTML and no invisible characters: each platform would show them in another way, or run them."""
    for where, text in texts(source):
        for language, wording in text.items():
            if not isinstance(wording, str):
                continue
            markup = MARKUP.search(wording)
            if markup:
                problem = f"text holds markup {_short(markup.group(0))}; write plain text"
                yield source.finding((*where, language), problem)
            hidden = [
                letter for letter in wording if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs")
            ]
            if [letter for letter in hidden if letter != "\n"]:
                names = ", ".join(sorted({f"U+{ord(letter):04X}" for letter in hidden if letter != "\n"}))
                yield source.finding(
                    (*where, language), f"text holds invisible characters {names}; remove them"
                )


def _placeholders_known(source: YamlFile) -> Iterator[Finding]:
    """Words for panels name ``{period}``; no other text holds braces."""
    for where, text in texts(source):
        periodic = where[-1] in ("panel", "instruction")
        for language, wording in text.items():
            if not isinstance(wording, str):
                continue
            found = PLACEHOLDER.findall(wording)
            strange = [name for name in found if not (periodic and name == PERIOD)]
            if strange:
                problem = f"text holds {quoted(strange)}; only words for panels may hold {PERIOD}"
                yield source.finding((*where, language), problem)
            if periodic and PERIOD not in found:
                yield source.finding((*where, language), f"words for panels must name {PERIOD}")


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:27] + "...")


TEXT_RULES: tuple[Callable[[YamlFile], Iterator[Finding]], ...] = (
    _languages_complete,
    _plain_text,
    _placeholders_known,
)
