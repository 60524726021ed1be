"""Write an exchange as a PO file, the format of GNU gettext."""

from __future__ import annotations

import re

from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.translation.states import FUZZY, STALE

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f]')
STATUS, BACK = "status: ", "back translation: "


def to_po(exchange: Exchange) -> str:
    """One entry per text: the path is its ``msgctxt``, so equal sources keep entries of their own.

    The status stands in a translator's comment (``# status: reviewed``), which gettext's tools keep; drafts
    and stale translations are flagged ``fuzzy`` as well.
    """
    header = (
        f"Project-Id-Version: {exchange.instrument} {exchange.version}\n"
        f"Language: {exchange.language}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        f"X-Instrument: {exchange.instrument}\n"
        f"X-Instrument-Version: {exchange.version}\n"
        f"X-Source-Language: {exchange.source_language}\n"
    )
    entries = [f'msgid ""\n{_field("msgstr", header)}', *(_entry(string) for string in exchange.strings)]
    return "\n".join(entries)


def quote(text: str) -> str:
    """A text as PO writes it between quotation marks.

    Examples
    --------
    >>> quote('one "two"')
    '"one \\\\"two\\\\""'
    """
    return '"' + SPECIAL.sub(lambda found: ESCAPES.get(found[0], f"\\{ord(found[0]):03o}"), text) + '"'


def _entry(string: ExchangeString) -> str:
    word = STALE if string.stale else string.status
    lines = [f"# {STATUS}{word}"] if word else []
    if string.back:
        lines.append(f"# {BACK}{quote(string.back)}")
    lines += [f"#. {category}: {_one_line(words)}" for category, words in string.notes]
    if word in FUZZY:
        lines.append("#, fuzzy")
    lines.append(f"msgctxt {quote(string.path)}")
    return "\n".join(lines) + "\n" + _field("msgid", string.source) + _field("msgstr", string.target)


def _field(keyword: str, text: str) -> str:
    """A keyword and its text; a text of several lines begins with an empty string, as gettext writes it."""
    pieces = text.split("\n")
    lines = [*(piece + "\n" for piece in pieces[:-1]), *pieces[-1:]]
    if len(lines) == 1:
        return f"{keyword} {quote(text)}\n"
    return f'{keyword} ""\n' + "".join(quote(line) + "\n" for line in lines if line)


def _one_line(words: str) -> str:
    return re.sub("[\x00-\x1f\x7f]+", " ", words)
