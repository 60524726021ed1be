"""Syllables and reading grades against words counted by hand and the published formula."""

from __future__ import annotations

import pytest

from mlbc_stats.survey.instrument.reading_level import (
    WORDS_PER_MINUTE,
    reading_grade,
    reading_seconds,
    syllable_count,
)

BY_HAND = {
    1: "change team task asked rounds used years hear size whole tried homes rules times machines_",
    2: "people machine users business data value outcomes changes simple able table uses needed reuse create",
    3: "solution quality created idea customer behavior previous management measurement area decisions usual",
    4: "technology developer experience reliable material regulation artificial infrastructure continuous",
    5: "organization capability",
    6: "responsibilities reorganization",
}
WORDS = [(word, count) for count, words in BY_HAND.items() for word in words.split() if word[-1] != "_"]


@pytest.mark.parametrize(("word", "count"), WORDS)
def test_syllables_counted_by_hand(word: str, count: int) -> None:
    assert syllable_count(word) == count


def test_every_word_has_a_syllable() -> None:
    assert [syllable_count(word) for word in ("the", "by", "hmm", "AI", "'")] == [1, 1, 1, 1, 1]


def test_the_grade_is_the_published_formula() -> None:
    # 10 words, 13 syllables (solution has three, needed two), one sentence
    text = "This solution works at the place where it is needed."
    assert reading_grade(text) == pytest.approx(0.39 * 10 + 11.8 * 13 / 10 - 15.59, abs=1e-12)
    two = "The team works. The users rest."  # 6 words, 7 syllables, two sentences
    assert reading_grade(two) == pytest.approx(0.39 * 3 + 11.8 * 7 / 6 - 15.59, abs=1e-12)
    assert reading_grade("12 %") == 0.0


def test_reading_takes_its_time() -> None:
    assert reading_seconds("one two three") == pytest.approx(3 * 60 / WORDS_PER_MINUTE, abs=1e-12)
