"""Citations of a text (``[@key]``) as names and years, and the references behind them, for pages without pandoc."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from mlbc_stats.resources import resource

CITED = re.compile(r"\[(@[\w:-]+(?:; @[\w:-]+)*)\]")
ENTRY = re.compile(r"@\w+\{([\w:-]+),\n(.*?)\n\}", re.DOTALL)
FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", re.MULTILINE)
ACCENT = re.compile(r"\{?\\([\"'`^~])\{?(\w)\}?\}?")
MARKS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}


def with_names(text: str) -> str:
    """The text with every citation as names and year in parentheses, emphasis taken off.

    Examples
    --------
    >>> with_names("Robust [@yuan2000], *p* < .001.")
    'Robust (Yuan & Bentler, 2000), p < .001.'
    """
    named = CITED.sub(lambda found: f"({'; '.join(_short(key) for key in cited_keys(found.group()))})", text)
    return re.sub(r"\*(\w)\*", r"\1", named)


def cited_keys(text: str) -> tuple[str, ...]:
    """Keys cited in a text, each once, in order.

    Examples
    --------
    >>> cited_keys("[@b; @a] and [@b]")
    ('b', 'a')
    """
    return tuple(dict.fromkeys(key[1:] for group in CITED.findall(text) for key in group.split("; ")))


def references(text: str) -> tuple[str, ...]:
    """The references behind the citations of a text, sorted by name.

    Examples
    --------
    >>> references("[@holm1979]")[0][:20]
    'Holm, S. (1979). A s'
    """
    return tuple(sorted(_long(key) for key in cited_keys(text)))


@cache
def _entries() -> Mapping[str, Mapping[str, str]]:
    text = resource("paper", "refs.bib").read_text(encoding="utf-8")
    return {key: dict(_fields(body)) for key, body in ENTRY.findall(text)}


def _fields(body: str) -> Iterator[tuple[str, str]]:
    for name, value in FIELD.findall(body):
        spoken = ACCENT.sub(lambda m: unicodedata.normalize("NFC", m.group(2) + MARKS[m.group(1)]), value)
        yield name, spoken if name == "author" and spoken.startswith("{") else re.sub(r"[{}]", "", spoken)


def _authors(entry: Mapping[str, str]) -> list[tuple[str, str]]:
    """Family names and initials; an organization has no initials."""
    if entry["author"].startswith("{"):
        return [(entry["author"].strip("{}"), "")]
    pairs = [person.partition(", ")[::2] for person in entry["author"].split(" and ")]
    return [(family, " ".join(f"{part[0]}." for part in given.split())) for family, given in pairs]


def _short(key: str) -> str:
    if key not in _entries():
        return key
    entry = _entries()[key]
    names = [family for family, _ in _authors(entry)]
    who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
    return f"{who}, {entry['year']}"


def _long(key: str) -> str:
    if key not in _entries():
        return key
    entry = _entries()[key]
    people = [f"{family}, {initials}".removesuffix(", ") for family, initials in _authors(entry)]
    who = people[0] if len(people) == 1 else f"{', '.join(people[:-1])}, & {people[-1]}"
    volume = entry.get("volume", "") + (f"({entry['number']})" if "number" in entry else "")
    place = ", ".join(part for part in (entry.get("journal", ""), volume, entry.get("pages", "")) if part)
    where = place or entry.get("publisher", "")
    address = f"https://doi.org/{entry['doi']}" if "doi" in entry else entry.get("url", "")
    said = f"{who} ({entry['year']}). {entry['title']}. {where + '. ' if where else ''}{address}"
    return said.replace("--", "–").replace(".. ", ". ").strip()
