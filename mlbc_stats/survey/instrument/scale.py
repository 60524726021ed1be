"""The response scale of an item: its codes, their labels, its bounds and its missing codes."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Text

Reason = Literal["not_applicable", "dont_know", "refused", "not_answered", "not_reached"]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Code:
    """One answer a respondent can choose."""

    value: StrictInt
    """The number stored."""
    label: Text
    """The words shown, per language."""
    name: Identifier | None = None
    """Short name of the answer, for programs."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class MissingCode:
    """A number that stands for the absence of an answer, with the reason for it."""

    value: StrictInt
    """The number stored; outside the codes and bounds of the scale."""
    reason: Reason
    """Why there is no answer."""
    label: Text
    """The words shown or recorded, per language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ResponseScale:
    """The set of answers to an item."""

    id: Identifier
    """Id that items refer to."""
    kind: Literal["ordinal", "nominal", "text", "number"]
    """Ordered categories, unordered categories, free text or a number."""
    codes: tuple[Code, ...] = ()
    """The answers, for ordinal and nominal scales, in the order shown."""
    lower: StrictInt | None = None
    """Lowest possible value, for ordinal and number scales."""
    upper: StrictInt | None = None
    """Highest possible value, for ordinal and number scales."""
    missing: tuple[MissingCode, ...] = ()
    """Numbers that stand for no answer, each with its reason."""

    @property
    def values(self) -> tuple[int, ...]:
        """The valid codes in the order shown."""
        return tuple(code.value for code in self.codes)

    def code(self, name: str) -> int | None:
        """The number of the answer with this short name; None when there is no such answer."""
        return next((code.value for code in self.codes if code.name == name), None)

    def reason(self, value: int) -> Reason | None:
        """Why ``value`` is no answer; None when it is no missing code."""
        return next((code.reason for code in self.missing if code.value == value), None)
