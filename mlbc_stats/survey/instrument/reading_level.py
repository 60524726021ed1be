"""Reading level of English text: syllables, the Flesch-Kincaid grade and the time that reading takes."""

from __future__ import annotations

import re

WORDS_PER_MINUTE = 238.0
"""Silent reading of English non-fiction by adults, mean of 190 studies: Brysbaert (2019)."""

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
SENTENCE = re.compile(r"[.!?]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouyl]l)e$"  # make, whole; but not table
    r"|(?<=[^aeiouytdl])ed$|(?<=[aeiouylr]l)ed$|(?<=[aeiou]y)ed$"  # asked, called; but not needed, settled
    r"|(?<=[^aeiouysxzcgl])es$|(?<=[aeiouyl]l)es$"  # makes, rules; but not changes, tables
    r"|(?<=[^aeiouyl])e(?=(?:ment|ness|ful|less|ly)s?$)"  # management, careful
    r"|(?<=^som)e(?=.)|(?<=^ev)e(?=ry)"  # something, every
)
PARTED = re.compile(
    r"(?<![tcsg])ia|(?<![tcsgl])io|(?<![qg])ua(?=l|t)|uou|(?<=cr)ea|(?<=id)ea|(?<=ar)ea|^reu|^reo|^rea(?=r|ct)"
    r"|(?<!fr)(?<![tc])ie(?=n)|uie|(?<=[aeou])ing$|(?<=[^aeiouy])ie(?=r$|st$)"
)
EXCEPTIONS = {"business": 2, "behavior": 3, "behaviors": 3, "science": 2, "sciences": 3}


def word_count(text: str) -> int:
    """Number of words; what stands between two blanks is one word.

    Examples
    --------
    >>> word_count("The day-to-day work suits us.")
    5
    """
    return len(text.split())


def syllable_count(word: str) -> int:
    """Syllables of one English word: its groups of vowels, less silent endings, plus vowels that part.

    A count by rule, not by dictionary; right for most words, off by one for some.

    Examples
    --------
    >>> [syllable_count(word) for word in ("change", "developer", "machine", "organization", "idea")]
    [1, 4, 2, 5, 3]
    """
    plain = re.sub(r"[^a-z]", "", word.lower())
    if plain in EXCEPTIONS:
        return EXCEPTIONS[plain]
    sounded = re.sub(r"(?<=[aeiou])y(?=[aeiou])", "j", SILENT.sub("", plain))
    return max(1, len(VOWELS.findall(sounded)) + len(PARTED.findall(sounded)))


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39·words/sentences + 11.8·syllables/words − 15.59; 0 for a text without words.

    Kincaid, Fishburne, Rogers & Chissom (1975), Research Branch Report 8-75, Naval Technical Training Command.
    The grade of a text of one sentence varies much; means over items are steadier.

    Examples
    --------
    >>> round(reading_grade("The team keeps this solution going."), 2)
    4.45
    """
    words = WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(SENTENCE.findall(text)))
    syllables = sum(syllable_count(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def reading_seconds(text: str) -> float:
    """Seconds it takes to read a text once, at 238 words a minute.

    Brysbaert (2019), Journal of Memory and Language 109, 104047, doi 10.1016/j.jml.2019.104047.
    """
    return word_count(text) / WORDS_PER_MINUTE * 60
