"""Text that no spreadsheet takes for a formula, and the way back.

A cell that begins with ``=``, ``+``, ``-``, ``@`` or a control character is run as a formula by programs that open
CSV files. An apostrophe before it makes it text for them; readers take one apostrophe away again. Numbers stay as they
are, negative ones too.
"""

from __future__ import annotations

import re

RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
"""The beginning of a text that is guarded; apostrophes before it count, so that the way back is unique."""
NUMBER = re.compile(r"-?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?")
GUARDED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def inert(text: str) -> str:
    """The text as it is written into a cell.

    Examples
    --------
    >>> inert("=1+1"), inert("-96"), inert("+358 40 1234567"), inert("'=x"), inert("a=b")
    ("'=1+1", '-96', "'+358 40 1234567", "''=x", 'a=b')
    """
    return f"'{text}" if RISKY.match(text) and not NUMBER.fullmatch(text) else text


def restored(cell: str) -> str:
    """The text that was written as this cell: `inert` undone.

    Examples
    --------
    >>> [restored(inert(text)) for text in ("=1+1", "-96", "'=x", "'tis", "''")]
    ['=1+1', '-96', "'=x", "'tis", "''"]
    """
    return cell[1:] if GUARDED.match(cell) else cell
