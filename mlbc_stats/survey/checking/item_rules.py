"""The rules of wording that look at one text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.checking.texts import Remark, english, wordings
from mlbc_stats.survey.instrument.reading_level import reading_grade, word_count
from mlbc_stats.survey.rules.file_parts import words
from mlbc_stats.survey.yaml.file import YamlFile

MAX_WORDS = 20
MAX_GRADE = 14.0  # first years of college; the respondents are professionals, and single sentences vary much

JOINING = re.compile(r"\b(?:and/or|and|or|as well as)\b|/|;", re.IGNORECASE)
NEGATION = re.compile(r"\b(?:not|never|no|nobody|nothing|none|neither|nor|cannot|\w+n't)\b", re.IGNORECASE)
ABSOLUTE = re.compile(
    r"\b(?:always|never|all|every|everyone|everybody|everything|nobody|nothing|none|only"
    r"|completely|entirely|totally|absolutely|perfectly|invariably)\b",
    re.IGNORECASE,
)
JARGON = (
    "temporal",
    "congruence",
    "meta-learning",
    "context sensitiv",
    "alignment",
    "effectuat",
    "cycle",
    "mlops",
    "productioniz",
    "platformiz",
)


def _length(source: YamlFile) -> Iterator[Remark]:
    """At most twenty words."""
    for text in wordings(source):
        if word_count(text.text) > MAX_WORDS:
            problem = f"{word_count(text.text)} words, expected at most {MAX_WORDS}; shorten it"
            yield Remark(text.where, text.item, "length", problem)


def _double_barrelled(source: YamlFile) -> Iterator[Remark]:
    """No joining word: two ideas in one item cannot be answered once."""
    return _first_word(source, JOINING, "double_barrelled", "may join two ideas", "split the item if it does")


def _negation(source: YamlFile) -> Iterator[Remark]:
    """No negation: disagreeing with one is easily misread."""
    for text in english(source):
        found = NEGATION.findall(text.text)
        if found:
            many = "two negations" if len(found) > 1 else f"{found[0]!r} negates"
            problem = f"{many}: {text.text!r}; say it without"
            yield Remark(text.where, text.item, "negation", problem)


def _absolute(source: YamlFile) -> Iterator[Remark]:
    """No word that leaves no room: hardly anybody can agree with it."""
    return _first_word(source, ABSOLUTE, "absolute", "leaves no room", "soften it")


def _first_word(
    source: YamlFile, pattern: re.Pattern[str], rule: str, fault: str, advice: str
) -> Iterator[Remark]:
    """A remark on the first word of each English text that the pattern finds."""
    for text in english(source):
        if found := pattern.search(text.text):
            problem = f"{found.group(0)!r} {fault}: {text.text!r}; {advice}"
            yield Remark(text.where, text.item, rule, problem)


def _jargon(source: YamlFile) -> Iterator[Remark]:
    """No word that belongs to the theory."""
    for text in english(source):
        for term in (term for term in JARGON if term in text.text.lower()):
            problem = f"{term!r} is a word of the theory, not of the respondent"
            yield Remark(text.where, text.item, "jargon", problem)


def _reading_level(source: YamlFile) -> Iterator[Remark]:
    """A Flesch-Kincaid grade of at most fourteen."""
    for text in english(source):
        grade = reading_grade(text.text)
        if grade > MAX_GRADE:
            problem = f"reading grade {grade:.1f}, expected at most {MAX_GRADE:g}; take shorter words"
            yield Remark(text.where, text.item, "reading_level", problem)


def _focal_object(source: YamlFile) -> Iterator[Remark]:
    """One of the file's focal words is there, so that the item can be understood on its own."""
    given: Any = source.data.get("focal_words") if isinstance(source.data, dict) else None
    for text in wordings(source) if isinstance(given, dict) else ():
        wanted = words(given.get(text.language))
        if wanted and not any(_names(word, text.text) for word in wanted):
            problem = f"names none of {', '.join(wanted)}: {text.text!r}; say what is meant"
            yield Remark(text.where, text.item, "no_focal_object", problem)


def _names(word: str, text: str) -> bool:
    """Whether a text holds a word or a longer form of it."""
    return re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None


ITEM_RULES: tuple[Callable[[YamlFile], Iterator[Remark]], ...] = (
    _length,
    _double_barrelled,
    _negation,
    _absolute,
    _jargon,
    _reading_level,
    _focal_object,
)
