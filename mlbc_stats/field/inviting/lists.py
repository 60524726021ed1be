"""The lists of invitations as LimeSurvey, Qualtrics and the own page take them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from types import MappingProxyType

from mlbc_stats.field.inviting.invitation import Invitation
from mlbc_stats.inert_text import inert

Row = dict[str, str]


def _page(one: Invitation) -> Row:
    return {
        "unit_id": one.unit,
        "unit_token": one.unit_token,
        "informant": one.informant,
        "token": one.token,
        "link": one.link,
        **{name: one.contact.get(name, "") for name in ("email", "firstname", "lastname", "language")},
    }


def _limesurvey(one: Invitation) -> Row:
    """A participant table; the unit is the first attribute of its participants, the group the second."""
    return {
        "firstname": one.contact.get("firstname", ""),
        "lastname": one.contact.get("lastname", ""),
        "email": one.contact.get("email", ""),
        "emailstatus": "OK",
        "token": one.token,
        "language": one.contact.get("language", ""),
        "usesleft": "1",
        "attribute_1 <unit_token>": one.unit_token,
        "attribute_2 <informant_group>": one.informant,
    }


def _qualtrics(one: Invitation) -> Row:
    """A contact list; columns beside the known ones become embedded data, which come back with the answers.

    The group is not called informant, since a question may bear that name.
    """
    return {
        "FirstName": one.contact.get("firstname", ""),
        "LastName": one.contact.get("lastname", ""),
        "Email": one.contact.get("email", ""),
        "Language": one.contact.get("language", "").upper(),
        "unit_token": one.unit_token,
        "informant_group": one.informant,
    }


LISTS: Mapping[str, Callable[[Invitation], Row]] = MappingProxyType(
    {"page": _page, "limesurvey": _limesurvey, "qualtrics": _qualtrics}
)
"""Name of a list → one row of it."""


def list_text(platform: str, invitations: Iterable[Invitation]) -> str:
    """The list of a platform as CSV text.

    Examples
    --------
    >>> one = Invitation("S001", "u23", "technical", "abc", "https://example.org/#t=abc")
    >>> list_text("qualtrics", [one]).splitlines()[1]
    ',,,,u23,technical'
    """
    rows = [LISTS[platform](one) for one in invitations]
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: inert(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue()
