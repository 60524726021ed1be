"""Compare texts of an export with those of the instrument whatever the platform did to their form."""

from __future__ import annotations

import html
import re
import unicodedata

TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def folded(text: str) -> str:
    """The words of a text: without HTML, case, kinds of blanks and forms of one character.

    Examples
    --------
    >>> folded("<b>Somewhat</b>&nbsp;agree<br>"), folded("< 5 years")
    ('somewhat agree', '< 5 years')
    """
    plain = html.unescape(TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())
