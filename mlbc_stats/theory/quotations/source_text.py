"""Normalize a source text to words, so that a quotation can be located and hashed without storing it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlbc_stats.errors import DataError

_SIM = re.compile(r"\\sim\b")  # some extractions print the attribution mark as TeX
_TAG = re.compile(r"<[^<>]{1,20}>")
_TEX = re.compile(r"\\[a-z]+")
_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source text after normalization.

    Attributes
    ----------
    text : NFKC, case-folded text without tags and TeX commands; quotation marks and ``~`` are still there.
    words : maximal runs of letters, or of digits, in order; everything else separates words.
    starts : character offset in ``text`` of each word; same length as ``words``.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]

    def word_at(self, offset: int) -> int:
        """Index of the first word that starts at or after a character offset of ``text``.

        Examples
        --------
        >>> normalize("One [...] two").word_at(3)
        1
        """
        return bisect_left(self.starts, offset)


def normalize(raw: str) -> SourceText:
    r"""Bring a source text, or one quotation, to its words.

    Steps, in order: Unicode NFKC; case folding; ``\sim`` becomes ``~``; tags such as ``<i>`` and TeX commands
    such as ``\rm`` become blanks; words are maximal runs of letters or of digits. Ellipses, brackets,
    apostrophes, hyphens and quotation marks thereby separate words and are not kept; words inside square
    brackets are.

    Examples
    --------
    >>> normalize("We <i>didn’t</i> [...] stop: 33.7junior [sic]").words
    ('we', 'didn', 't', 'stop', '33', '7', 'junior', 'sic')
    """
    text = unicodedata.normalize("NFKC", raw).casefold()
    for pattern, blank in ((_SIM, "~"), (_TAG, " "), (_TEX, " ")):
        text = pattern.sub(blank, text)
    found = list(_WORD.finditer(text))
    return SourceText(text, tuple(m.group() for m in found), tuple(m.start() for m in found))


def digest(words: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of the words joined by single spaces (UTF-8).

    Examples
    --------
    >>> digest(normalize("Synthetic: not a quotation!").words)[:12]
    'fd46c60608ab'
    """
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()


def parse_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Read ``"start+count;start+count"`` as word intervals ``(start, stop)``, in reading order.

    Raises
    ------
    DataError
        when the text has another form.

    Examples
    --------
    >>> parse_spans("10+3;20+2")
    ((10, 13), (20, 22))
    """
    if not re.fullmatch(r"\d+\+[1-9]\d*(;\d+\+[1-9]\d*)*", text):
        raise DataError(f"spans {text!r}: expected 'start+count', several of them separated by ';'")
    pairs = [part.split("+") for part in text.split(";")]
    return tuple((int(start), int(start) + int(count)) for start, count in pairs)


def find_run(words: Sequence[str], run: Sequence[str], begin: int = 0) -> int:
    """Index of the first place at or after ``begin`` where ``run`` occurs in ``words``, else -1.

    Examples
    --------
    >>> find_run(("a", "b", "a", "b", "c"), ("a", "b", "c"))
    2
    """
    first, length = run[0], len(run)
    for place in range(begin, len(words) - length + 1):
        if words[place] == first and tuple(words[place : place + length]) == tuple(run):
            return place
    return -1


def find_digest(words: Sequence[str], sha256: str, count: int) -> int:
    """Index of the first run of ``count`` words with this digest, else -1.

    Examples
    --------
    >>> find_digest(("a", "b", "c"), digest(("b", "c")), 2)
    1
    """
    places = range(len(words) - count + 1)
    return next((place for place in places if digest(words[place : place + count]) == sha256), -1)
