"""Find addresses and phone numbers that respondents wrote into free answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from mlbc_stats.survey.files.columns import Column

KINDS = {
    "an address of mail": re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;.]{2,}"),
    "a phone number": re.compile(r"(?<![\w.,-])(?:\+|00|\()?\d(?:[ ()/.-]{0,2}\d){7,14}(?![\w-])"),
    "a web address": re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    "an address of a machine": re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"),
}
"""What is looked for, and how it is written."""
DATES = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d")
"""Dates are digits with marks between them, too."""
LISTED = 20


def personal_passages(cells: Iterable[tuple[str, Column]], lines: np.ndarray) -> tuple[str, ...]:
    """Where free answers hold what tells who answered, one line each: row, question, kind; never the words.

    Parameters
    ----------
    cells : (question or column, its cells).
    lines : (n,) line of the file of each row.
    """
    found: list[tuple[int, str]] = []
    for name, column in cells:
        for place, text in enumerate(column.texts):
            if kinds := kinds_in(text):
                rows = np.flatnonzero(column.places == place).tolist()
                found += [(int(lines[row]), f"{name}: {' and '.join(kinds)}") for row in rows]
    return tuple(f"row {line}, {what}" for line, what in sorted(found))


def kinds_in(text: str) -> list[str]:
    """Kinds of personal passages in a text.

    Examples
    --------
    >>> kinds_in("call +358 40 123 4567 or ann@acme.com"), kinds_in("since 2021-03-01 about 1,000,000 rows")
    (['an address of mail', 'a phone number'], [])
    """
    if not any(mark in text for mark in "@./") and sum(map(str.isdigit, text)) < 8:
        return []
    plain = DATES.sub(" ", text)
    return [kind for kind, form in KINDS.items() if form.search(plain)]


def told(passages: Sequence[str]) -> tuple[str, ...]:
    """A note on the passages, the first of them by row."""
    if not passages:
        return ()
    more = f" and {len(passages) - LISTED} more" if len(passages) > LISTED else ""
    return (
        f"free answers that may tell who gave them: {len(passages)}; read them before you pass anything on: "
        f"{'; '.join(passages[:LISTED])}{more}",
    )
