"""Read XLIFF 2 files that come back from translators, without trusting them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from lxml import etree

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.translation.exchange import Exchange, ExchangeString
from mlbc_stats.survey.translation.states import PLAIN, from_xliff
from mlbc_stats.survey.translation.xliff import BACK, NAMESPACE
from mlbc_stats.survey.yaml.finding import Finding, raise_findings

VERSIONS = ("2.0", "2.1")
IGNORED = ("sm", "em")  # where an annotation starts and ends


def from_xliff_file(content: bytes, name: str) -> Exchange:
    """The exchange that an XLIFF 2.0 or 2.1 file holds.

    Document types and entities are refused, nothing is fetched. Segments of a unit that a tool has split are
    joined; the lowest state of them counts.

    Raises
    ------
    InstrumentError
        with file, line and unit for all that is wrong.
    """
    root = _parse(content, name)
    files = root.findall(_name("file"))
    if len(files) != 1:
        raise _error(name, root, "", f"one 'file' element is expected, got {len(files)}")
    findings: list[Finding] = []
    strings = []
    seen: dict[str, int] = {}
    for unit in files[0].iter(_name("unit")):
        unit_name = unit.get("id", "")
        if unit_name in seen:
            problem = f"unit {unit_name!r} stands on line {seen[unit_name]} already; keep one of the two"
            findings.append(Finding(name, unit.sourceline, unit_name, problem))
            continue
        seen[unit_name] = unit.sourceline
        try:
            strings.append(_string(unit))
        except _UnitError as error:
            findings.append(Finding(name, error.line, unit_name, error.problem))
    raise_findings(findings)
    versions = files[0].findall(f"{_name('notes')}/{_name('note')}[@category='version']")
    return Exchange(
        files[0].get("id", ""),
        "".join(versions[0].itertext()) if versions else "",
        root.get("srcLang", ""),
        root.get("trgLang", ""),
        tuple(strings),
    )


class _UnitError(Exception):
    """Something wrong inside one unit."""

    def __init__(self, element: Any, problem: str) -> None:
        self.line, self.problem = element.sourceline, problem
        super().__init__(problem)


def _parse(content: bytes, name: str) -> Any:
    """The root element; first through a parser that refuses document types, then one that knows lines."""
    try:
        fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        problem = f"document types and entities are not allowed ({type(error).__name__}); remove them"
        raise InstrumentError(str(Finding(name, 1, "", problem))) from None
    except ParseError as error:
        line, column = error.position
        problem = f"not well-formed XML in column {column + 1}: {str(error).partition(':')[0]}"
        raise InstrumentError(str(Finding(name, line, "", problem))) from None
    except (ValueError, LookupError) as error:
        raise InstrumentError(str(Finding(name, 1, "", f"cannot be decoded: {error}"))) from None
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise InstrumentError(
            str(Finding(name, error.lineno or 1, "", f"not well-formed: {error.msg}"))
        ) from None
    if root.tag != _name("xliff") or root.get("version") not in VERSIONS:
        got = f"{etree.QName(root).localname} {root.get('version') or ''}".strip()
        raise _error(
            name, root, "", f"XLIFF {' or '.join(VERSIONS)} is expected, got {got}; export as XLIFF 2"
        )
    return root


def _string(unit: Any) -> ExchangeString:
    path = unit.get("id", "").replace(".", "/")
    if not path:
        raise _UnitError(unit, "the unit has no id; keep the ids of the export")
    source, target, states = [], [], []
    for part in unit:
        if part.tag not in (_name("segment"), _name("ignorable")):
            continue
        held = {etree.QName(child).localname: "".join(_words(child)) for child in part.iterchildren("{*}*")}
        source.append(held.get("source", ""))
        target.append(held.get("target", held.get("source", "") if part.tag == _name("ignorable") else ""))
        if part.tag == _name("segment"):
            states.append(_state(part))
    if not states:
        raise _UnitError(unit, "the unit has no segment")
    words = "".join(target).strip()
    status, stale = min(states, key=lambda state: list(PLAIN.values()).index(_plain(state[0])))
    backs = unit.findall(f"{_name('notes')}/{_name('note')}[@category='{BACK}']")
    return ExchangeString(
        path,
        "".join(source),
        words,
        status if words else None,
        stale and bool(words),
        "".join(backs[0].itertext()).strip() if backs else "",
        line=unit.sourceline,
    )


def _state(segment: Any) -> tuple[Any, bool]:
    state = segment.get("state", "initial")
    if state not in PLAIN:
        raise _UnitError(segment, f"state {state!r} is none of: {', '.join(PLAIN)}")
    return from_xliff(state, segment.get("subState", ""))


def _plain(status: str) -> Any:
    return "translated" if status == "back-translated" else status


def _words(element: Any) -> Iterator[str]:
    """The words of a source or target; annotations are looked through, formatting is refused."""
    yield element.text or ""
    for child in element:
        tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if tag == "cp":
            yield chr(int(child.get("hex", "FFFD"), 16))
        elif tag == "ph":
            yield child.get("equiv") or child.get("disp") or ""
        elif tag == "mrk":
            yield from _words(child)
        elif tag and tag not in IGNORED:
            raise _UnitError(
                child, f"inline element {tag!r} is not served: texts hold no formatting; remove it"
            )
        yield child.tail or ""


def _error(name: str, element: Any, unit: str, problem: str) -> InstrumentError:
    return InstrumentError(str(Finding(name, element.sourceline, unit, problem)))


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
