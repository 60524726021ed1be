"""Text made safe for the format it goes into: nothing of it becomes markup, a formula or a command."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from html import escape

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet may take for a formula."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that XML, workbooks and most platforms refuse."""


def html(text: str, marks: str = "") -> str:
    """Plain text as HTML on one line; `marks` are further characters that stand for themselves no more.

    Examples
    --------
    >>> html('a < "b"\\nc {x}', "{}")
    'a &lt; &quot;b&quot;<br>c &#123;x&#125;'
    """
    safe = escape(printable(text)).replace("\t", " ")
    for mark in marks:
        safe = safe.replace(mark, f"&#{ord(mark)};")
    return re.sub(r"\r\n|\r|\n", "<br>", safe)


def inert_html(text: str, marks: str = "") -> str:
    """As `html`, for a cell of a spreadsheet: a beginning that could be a formula is written as an entity.

    Examples
    --------
    >>> inert_html("=1+1")
    '&#61;1+1'
    """
    safe = html(text, marks)
    return f"&#{ord(safe[0])};{safe[1:]}" if safe.startswith(FORMULA) else safe


def one_line(text: str) -> str:
    """Plain text without line breaks and tabs."""
    return re.sub(r"\s+", " ", printable(text)).strip()


def printable(text: str) -> str:
    """Text without control characters."""
    return CONTROL.sub("", text)


def javascript(value: object) -> str:
    """A value as a JavaScript literal that can stand in a script and in a page.

    Examples
    --------
    >>> javascript("</script>\\u2028")
    '"\\\\u003c/script\\\\u003e\\\\u2028"'
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def separated(rows: Iterable[Sequence[str]], separator: str = ",", mark: bool = False) -> bytes:
    """Rows as UTF-8 text with quoted cells; `mark` puts a byte-order mark first."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8")
