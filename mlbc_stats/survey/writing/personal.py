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
MARKS = re.compile(
    r"""ip(address|adresse)? | .*e?mail.* | (recipient|first|last|sur|full|family)+names? | recipient.* | .*phone.*
    | .*telefon.* | mobile | (location)?(latitude|longitude|accuracy) | lat | lon | lng | gps.* | coordinates
    | external(data)?reference | names? | vorname | nachname | remarks? | comments? | kommentare?""",
    re.VERBOSE,
)
"""Names of columns, in lower case without blanks, hyphens and underscores."""
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
        if self.way not in get_args(Personal):
            raise ResponseError(f"personal is {self.way!r}; expected one of {', '.join(get_args(Personal))}")
        if (self.way == "hash") != bool(self.key):
            raise ResponseError(
                "personal='hash' and key go together: give a key that nobody else knows, and keep it"
            )

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
        return hmac.new(self.key.encode(), cell.strip().encode(), hashlib.sha256).hexdigest()[:DIGITS]


def is_personal(name: str, cells: Iterable[str]) -> bool:
    """Whether a column may tell who answered, by its name or by what stands in it.

    Examples
    --------
    >>> is_personal("Recipient Email", []), is_personal("net", ["84.23.1.7"]), is_personal("firm", ["Acme", "Bo"])
    (True, True, False)
    """
    low = name.strip().casefold()
    squeezed = re.sub(r"[\s_-]", "", low)
    if MARKS.fullmatch(squeezed) or low.endswith("_text"):
        return True
    return any(CELLS.fullmatch(cell) or len(cell.split()) >= PROSE for cell in set(cells))
