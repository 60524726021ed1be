"""One invitation as its lists know it, the token in plain text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is asked what about which unit; it exists while lists are written and is never stored.

    Attributes
    ----------
    unit, unit_token : as the list of units names it, and what stands for it in the answers.
    informant : group, "" for everybody.
    token : what opens the questionnaire, once.
    link : address of the own page with the token behind the #, which no server log sees.
    contact : about the person.
    """

    unit: str
    unit_token: str
    informant: str
    token: str = field(repr=False)
    link: str = field(repr=False)
    contact: dict[str, str] = field(default_factory=dict)
