"""What in a file of answers may tell who gave them: addresses, names, places, words of one's own."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from mlbc_stats.errors import ResponseError

Personal = Literal["drop", "hash", "keep"]
"""What becomes of it."""
IDENTIFIERS = re.compile(
    r"""(recipient|first|last|sur|full|family)+names? | recipient.* | .*e?mail.* | .*phone.* | .*telefon.* | mobile
    | (location)?(latitude|longitude|accuracy|altitude) | lat | lon | lng | gps.* | geo(location|point)? | coordinates
    | external(data)?reference | vorname | nachname | username | simserial | subscriberid""",
    re.VERBOSE,
)
"""Names of columns that say who or where somebody is, in lower case without blanks, hyphens and underscores."""
MACHINES = re.compile(
    r"ip(addr(ess)?|adresse)? | remoteip | device(id)? | .*fingerprint | user(-?)agent | browser.* | cookie.*",
    re.VERBOSE,
)
"""Names of columns that say on which machine somebody answered, likewise."""
REMARKS = re.compile(r"names? | remarks? | comments? | kommentare?", re.VERBOSE)
"""Names of columns that may hold anything, likewise."""
CELLS = re.compile(
    r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){4,7})\s*",
    re.IGNORECASE,
)
"""An address of mail or of a machine."""
PROSE = 5
"""Words from which a cell counts as a text of one's own."""
DIGITS = 16
"""Hexadecimal digits of a keyed hash that are written."""


@dataclass(slots=True)
class Guard:
    """What is done with personal cells, and the columns where it was done.

    Attributes
    ----------
    way : "drop", "hash" or "keep"; key : of the hash; kept : columns that stay as they are.
    touched : columns that held something personal, in the order met.
    """

    way: Personal = "drop"
    key: str | None = None
    kept: Collection[str] = ()
    touched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        checked_way(self.way, self.key)

    def text(self, name: str, cells: list[str]) -> list[str]:
        """The cells of a column that is personal by what it is; blank ones are no secret."""
        if self.way == "keep" or name in self.kept or not any(cell.strip() for cell in cells):
            return cells
        self.touched.append(name)
        return [self._veiled(cell) for cell in cells]

    def ids(self, name: str, ids: list[str], letter: str) -> list[str]:
        """Ids, with others in their place where they are addresses: of one person always the same."""
        if self.way == "keep" or name in self.kept or not any(map(CELLS.fullmatch, ids)):
            return ids
        self.touched.append(name)
        number = {one: f"{letter}{place}" for place, one in enumerate(dict.fromkeys(ids), 1)}
        return [self._veiled(one) if self.way == "hash" else number[one] for one in ids]

    def column(self, name: str, cells: list[str]) -> list[str] | None:
        """The cells of a column beside the questions; None where it is to be left out."""
        if not is_personal(name, cells):
            return cells
        veiled = self.text(name, cells)
        return None if name in self.touched and self.way == "drop" else veiled

    def _veiled(self, cell: str) -> str:
        if self.way == "drop" or not cell.strip() or self.key is None:
            return ""
        return keyed_hash(cell, self.key)


def is_personal(name: str, cells: Iterable[str]) -> bool:
    """Whether a column may tell who answered, by its name or by what stands in it.

    Examples
    --------
    >>> is_personal("Recipient Email", []), is_personal("net", ["84.23.1.7"]), is_personal("firm", ["Acme", "Bo"])
    (True, True, False)
    """
    plain = squeezed(name)
    if any(marks.fullmatch(plain) for marks in (IDENTIFIERS, MACHINES, REMARKS)):
        return True
    if name.strip().casefold().endswith("_text"):
        return True
    return any(CELLS.fullmatch(cell) or len(cell.split()) >= PROSE for cell in set(cells))


def keyed_hash(cell: str, key: str) -> str:
    """HMAC-SHA-256 of a cell under a key, as hexadecimal digits; without the key nobody can try out addresses.

    References
    ----------
    RFC 2104, doi:10.17487/RFC2104.

    Examples
    --------
    >>> keyed_hash("ann@acme.com", "secret") == keyed_hash(" ann@acme.com", "secret"), len(keyed_hash("a", "k"))
    (True, 16)
    """
    return hmac.new(key.encode(), cell.strip().encode(), hashlib.sha256).hexdigest()[:DIGITS]


def checked_way(way: str, key: str | None) -> None:
    """Refuse another way than those there are, and a hash without a key or a key without a hash.

    Raises
    ------
    ResponseError
    """
    if way not in get_args(Personal):
        raise ResponseError(f"personal is {way!r}; expected one of {', '.join(get_args(Personal))}")
    if (way == "hash") != bool(key):
        raise ResponseError(
            "personal='hash' and key go together: give a key that nobody else knows, and keep it"
        )


def squeezed(name: str) -> str:
    """A name in lower case without blanks, hyphens, underscores and colons."""
    return re.sub(r"[\s_:-]", "", name).casefold()
