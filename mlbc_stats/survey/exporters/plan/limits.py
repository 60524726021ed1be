"""What a platform can carry, by which a questionnaire is checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


def plain_code(value: int) -> str:
    """The code as it is."""
    return str(value)


def lettered_code(value: int) -> str:
    """For platforms whose codes have no minus sign: N before a negative one.

    Examples
    --------
    >>> lettered_code(7), lettered_code(-96)
    ('7', 'N96')
    """
    return f"N{-value}" if value < 0 else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a platform; what is beyond them becomes a loss.

    Attributes
    ----------
    strange : characters that a name must not have, as a pattern; they are left out.
    longest_name, lower : characters of a name, and whether it is in lower case.
    code : our code → what the platform stores; longest_code : characters of that.
    labels_only : whether answers come back as labels, not as codes.
    longest_text, longest_label : of a question and of an answer, in characters (None: no limit known); longer ones are
        cut.
    one_language : whether it takes a single language.
    routing, rows_routed : whether questions, and rows of a grid, can depend on earlier answers.
    beside : whether a text or number question can have codes for no answer, in a second column.
    bounds : whether lowest and highest number are enforced.
    blocks_shuffled, rows_shuffled : whether every respondent can get an order of their own.
    consent : "ends" where refusing ends the questionnaire, "asked" where it does not, "told" where the text is there
        without a question, "" where it is not.
    unit : whether the token of the invitation comes back.
    pages : whether blocks are pages.
    """

    strange: str = r"[^A-Za-z0-9_]"
    longest_name: int = 64
    lower: bool = False
    code: Callable[[int], str] = plain_code
    longest_code: int = 20
    labels_only: bool = False
    longest_text: int | None = None
    longest_label: int | None = None
    one_language: bool = False
    routing: bool = True
    rows_routed: bool = True
    beside: bool = True
    bounds: bool = True
    blocks_shuffled: bool = False
    rows_shuffled: bool = False
    consent: str = "ends"
    unit: bool = True
    pages: bool = True

    def name(self, wanted: str, taken: set[str]) -> str:
        """The name as the platform takes it, unlike all taken before; it is taken then.

        Examples
        --------
        >>> taken = set()
        >>> limits = Limits(strange="[^A-Za-z0-9]", longest_name=5)
        >>> limits.name("tc_pace_1", taken), limits.name("tc_pace_2", taken)
        ('tcpac', 'tcpa2')
        """
        clean = re.sub(self.strange, "", wanted.lower() if self.lower else wanted)
        found, number = clean[: self.longest_name], 1
        while found.lower() in taken:
            number += 1
            found = clean[: self.longest_name - len(str(number))] + str(number)
        taken.add(found.lower())
        return found

    def shortened(self, text: str, most: int | None) -> str:
        """The text, cut where it is too long."""
        return text if most is None or len(text) <= most else text[: most - 1] + "…"
