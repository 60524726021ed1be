"""How a status is written in XLIFF (state and subState) and in PO (flag and comment), and read back."""

from __future__ import annotations

from types import MappingProxyType

from mlbc_stats.survey.instrument.translation_file import Status

PREFIX = "mlbc"
STALE = "stale"
STATES: MappingProxyType[str, str] = MappingProxyType(
    {
        "draft": "initial",
        STALE: "initial",
        "translated": "translated",
        "back-translated": "translated",
        "reviewed": "reviewed",
    }
)
"""Status → XLIFF state; the status itself is the subState, since XLIFF has no word for two of them."""

PLAIN: MappingProxyType[str, Status] = MappingProxyType(
    {"initial": "draft", "translated": "translated", "reviewed": "reviewed", "final": "reviewed"}
)
"""XLIFF state → status, for a file whose tool has changed the state and left the subState."""

FUZZY = frozenset({"draft", STALE})
"""Statuses that PO files flag as fuzzy: a compiler of PO files leaves them out."""


def from_xliff(state: str, sub_state: str) -> tuple[Status, bool]:
    """Status and whether it is still stale; the state rules where it contradicts the subState.

    Examples
    --------
    >>> from_xliff("translated", "mlbc:back-translated"), from_xliff("reviewed", "mlbc:draft")
    (('back-translated', False), ('reviewed', False))
    """
    prefix, _, word = sub_state.partition(":")
    if prefix != PREFIX or STATES.get(word) != state:
        return PLAIN[state], False
    return ("draft", True) if word == STALE else (word, False)  # type: ignore[return-value]


def from_po(fuzzy: bool, word: str) -> tuple[Status, bool]:
    """Status and whether it is still stale; the flag rules where it contradicts the comment.

    Examples
    --------
    >>> from_po(False, "reviewed"), from_po(False, "draft"), from_po(True, "stale")
    (('reviewed', False), ('translated', False), ('draft', True))
    """
    if fuzzy:
        return "draft", word == STALE
    return ("translated" if word in FUZZY or word not in STATES else word), False  # type: ignore[return-value]
