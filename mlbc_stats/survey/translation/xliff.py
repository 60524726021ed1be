"""Write an exchange as XLIFF 2."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from mlbc_stats.survey.loading.texts import PLACEHOLDER
from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.translation.states import PREFIX, STALE, STATES

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
VERSION = "2.1"
BACK = "back-translation"
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PIECES = re.compile(f"({PLACEHOLDER.pattern}|{UNPRINTABLE.pattern})")


def to_xliff(exchange: Exchange) -> bytes:
    """One ``file`` element with one ``unit`` per text.

    The id of a unit is the path with full stops for slashes, since an XML name token holds no slash; its
    ``name`` is the path itself. Placeholders become ``ph``, control characters ``cp``. `OASIS XLIFF 2.1
    <https://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html>`_, core module only.
    """
    root = etree.Element(
        _name("xliff"),
        {"version": VERSION, "srcLang": exchange.source_language, "trgLang": exchange.language},
        nsmap={None: NAMESPACE},
    )
    file = etree.SubElement(
        root, _name("file"), id=exchange.instrument, original=f"{exchange.instrument}.yaml", canResegment="no"
    )
    file.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    _notes(file, (("version", exchange.version),))
    for string in exchange.strings:
        _unit(file, string)
    _indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def unit_id(path: str) -> str:
    """The path as an XML name token.

    Examples
    --------
    >>> unit_id("scale/agreement7/missing/-96/label")
    'scale.agreement7.missing.-96.label'
    """
    return path.replace("/", ".")


def _unit(file: Any, string: ExchangeString) -> None:
    unit = etree.SubElement(file, _name("unit"), id=unit_id(string.path), name=string.path)
    _notes(unit, (*string.notes, *([(BACK, string.back)] if string.back else ())))
    segment = etree.SubElement(unit, _name("segment"))
    word = STALE if string.stale else string.status
    segment.set("state", "initial" if word is None else STATES[word])
    if word is not None:
        segment.set("subState", f"{PREFIX}:{word}")
    numbers: dict[tuple[str, int], str] = {}
    _fill(etree.SubElement(segment, _name("source")), string.source, numbers)
    if string.target:
        _fill(etree.SubElement(segment, _name("target")), string.target, numbers)


def _notes(parent: Any, notes: tuple[tuple[str, str], ...]) -> None:
    if not notes:
        return
    place = etree.SubElement(parent, _name("notes"))
    for category, words in notes:
        note = etree.SubElement(place, _name("note"), category=category)
        if category == BACK:
            note.set("appliesTo", "target")
        note.text = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", words)


def _fill(element: Any, text: str, numbers: dict[tuple[str, int], str]) -> None:
    """Text with its placeholders and control characters as inline elements.

    ``numbers`` gives the same placeholder the same id in source and target.
    """
    seen: dict[str, int] = {}
    last = None
    for piece in PIECES.split(text):
        if UNPRINTABLE.fullmatch(piece):
            last = etree.SubElement(element, _name("cp"), hex=f"{ord(piece):04X}")
        elif PLACEHOLDER.fullmatch(piece):
            seen[piece] = seen.get(piece, 0) + 1
            number = numbers.setdefault((piece, seen[piece]), str(len(numbers) + 1))
            last = etree.SubElement(
                element, _name("ph"), id=number, equiv=piece, disp=piece, canDelete="no", canCopy="no"
            )
        elif last is None:
            element.text = (element.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece


def _indent(root: Any) -> None:
    """Line breaks between elements that hold no words, so that a finding about a line finds it."""
    for element in root.iter(*(_name(name) for name in ("xliff", "file", "unit", "notes", "segment"))):
        depth = sum(1 for _ in element.iterancestors())
        element.text = "\n" + "  " * (depth + 1)
        children = list(element)
        for child in children:
            child.tail = "\n" + "  " * (depth + (child is not children[-1]))


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
