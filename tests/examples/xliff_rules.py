"""Rules of the XLIFF 2.1 core, written from the specification, that a written file must keep."""

from __future__ import annotations

import re

from lxml import etree

NS = "{urn:oasis:names:tc:xliff:document:2.0}"
NMTOKEN = re.compile(r"[\w.:\-]+")
CHILDREN = {  # element → children in their order
    "xliff": ("file",),
    "file": ("notes", "unit"),
    "unit": ("notes", "segment"),
    "notes": ("note",),
    "segment": ("source", "target"),
    "note": (),
    "source": ("ph", "cp"),
    "target": ("ph", "cp"),
    "ph": (),
    "cp": (),
}
ATTRIBUTES = {
    "xliff": {"version", "srcLang", "trgLang"},
    "file": {"id", "original", "canResegment", "{http://www.w3.org/XML/1998/namespace}space"},
    "unit": {"id", "name"},
    "notes": set(),
    "segment": {"state", "subState"},
    "note": {"category", "appliesTo"},
    "source": set(),
    "target": set(),
    "ph": {"id", "equiv", "disp", "canDelete", "canCopy"},
    "cp": {"hex"},
}
MIXED = {"note", "source", "target"}


def broken_rules(content: bytes) -> list[str]:
    """What the file breaks; empty for a valid one."""
    root = etree.fromstring(content)
    found = [problem for element in root.iter() for problem in _element(element)]
    ids = [unit.get("id") for unit in root.iter(f"{NS}unit")]
    found += [f"unit id {name!r} twice" for name in set(ids) if ids.count(name) > 1]
    return found


def _element(element) -> list[str]:
    tag = element.tag.removeprefix(NS)
    if tag not in CHILDREN:
        return [f"unknown element {element.tag}"]
    found = []
    order = [CHILDREN[tag].index(child.tag.removeprefix(NS)) for child in element]
    if tag not in ("source", "target") and order != sorted(order):
        found.append(f"{tag}: children out of order")
    if set(element.attrib) - ATTRIBUTES[tag]:
        found.append(f"{tag}: attributes {sorted(set(element.attrib) - ATTRIBUTES[tag])}")
    if "id" in element.attrib and not NMTOKEN.fullmatch(element.get("id")):
        found.append(f"{tag}: id {element.get('id')!r} is no NMTOKEN")
    if tag not in MIXED and "".join(element.xpath("text()")).strip():
        found.append(f"{tag}: text between elements")
    if tag == "segment":
        found += _segment(element)
    return found


def _segment(segment) -> list[str]:
    state, sub_state = segment.get("state"), segment.get("subState")
    found = [] if state in ("initial", "translated", "reviewed", "final") else [f"state {state!r}"]
    if sub_state is not None and not re.fullmatch(r"[^\s:]+:[^\s:]+", sub_state):
        found.append(f"subState {sub_state!r} has no prefix")
    if state != "initial" and segment.find(f"{NS}target") is None:
        found.append("a state beyond initial needs a target")
    for name in ("source", "target"):
        part = segment.find(f"{NS}{name}")
        ids = [code.get("id") for code in (part.iter(f"{NS}ph") if part is not None else ())]
        found += [f"{name}: inline id twice"] * (len(ids) != len(set(ids)))
    return found
