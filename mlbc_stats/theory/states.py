"""Whether a proposition can be tested, what is lacking, and what a test comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Whether a proposition can be tested, or what it lacks.

    Examples
    --------
    >>> State("needs waves").name
    'WAVES'
    """

    TESTABLE = "testable"
    NOT_ASKED = "not asked"
    WAVES = "needs waves"
    GROUPS = "needs groups"
    LEVELS = "needs organizations"
    UNITS = "needs units"
    VARIATION = "needs variation"
    INFORMANTS = "needs informants"
    AGREEMENT = "needs informants of one unit"
    NOT_SERVED = "not served"


CONSEQUENCE: Mapping[State, str] = MappingProxyType(
    {
        State.TESTABLE: "a verdict",
        State.UNITS: "undecided",
        State.INFORMANTS: "a verdict, with an informant in common",
        **dict.fromkeys(
            (
                State.NOT_ASKED,
                State.WAVES,
                State.GROUPS,
                State.LEVELS,
                State.VARIATION,
                State.AGREEMENT,
                State.NOT_SERVED,
            ),
            "not testable here",
        ),
    }
)
"""What a test of these answers will come to."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is lacking, and why."""

    state: State
    reason: str
