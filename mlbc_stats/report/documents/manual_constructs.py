"""Sections of a manual about constructs: definitions, neighbours, elements, items, expected relations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlbc_stats.report.documents.blocks import Block, Section
from mlbc_stats.report.documents.manual_questions import item_table
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.construct import Construct
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.theory.provenance.collection import Collection

WORDS = {
    "raises": "raises",
    "lowers": "lowers",
    "affects": "affects, in either direction,",
    "buffers": "weakens what comes from",
    "strengthens": "strengthens what comes from",
    "needed_for": "is needed for",
    "goes_with": "goes with",
    "unrelated": "is unrelated to",
}


def construct_sections(instrument: Instrument) -> tuple[Section, ...]:
    """One section per construct with all its facets."""
    tops = [construct for construct in instrument.constructs if construct.parent is None]
    return tuple(
        Section(
            f"{construct.name} ({construct.id})", _blocks(instrument, construct), f"construct-{construct.id}"
        )
        for construct in tops
    )


def relations(instrument: Instrument, known: Collection) -> tuple[Block, ...]:
    """The nomological net as far as the instrument's constructs act in it."""
    rows = [
        (
            construct.id,
            WORDS[relation.relation],
            relation.id,
            relation.proposition or "",
            relation.locator or _locator(known, relation.proposition),
        )
        for construct in instrument.constructs
        for relation in construct.relations
    ]
    if not rows:
        return ()
    header = ("Construct", "Expectation", "Other construct", "Proposition", "Source")
    return (Table("Nomological net", header, tuple(zip(*rows, strict=True))),)


def _locator(known: Collection, proposition: str | None) -> str:
    if proposition is None or proposition not in known.registry.ids:
        return ""
    entry = known.registry.proposition(proposition)
    return f"{entry.source} {entry.locator}"


def _blocks(instrument: Instrument, construct: Construct) -> tuple[Block, ...]:
    facets = instrument.facets(construct.id)
    family = (construct, *facets)
    apart = [
        f"{one.name} is not {_name(instrument, other.id)} ({other.id}): {other.difference}"
        for one in family
        for other in one.neighbours
    ]
    return (
        construct.definition,
        _facts(construct),
        *((tuple(apart),) if apart else ()),
        *((_facets(facets),) if facets else ()),
        *_elements(instrument, family),
        item_table(instrument, instrument.items_of(construct.id), f"Items of {construct.inner_name}"),
    )


def _facts(construct: Construct) -> str:
    who = ", ".join(name.replace("_", " ") for name in construct.informants) or "everybody"
    return (
        f"Describes one {construct.level}; {construct.measurement}. Source: {construct.locator} "
        f"({construct.reading}). Answered by: {who}."
    )


def _name(instrument: Instrument, construct: str) -> str:
    found = next((entry for entry in instrument.constructs if entry.id == construct), None)
    return f"“{found.inner_name}”" if found else "a construct of another instrument"


def _facets(facets: Sequence[Construct]) -> Table:
    columns = (
        tuple(facet.id for facet in facets),
        tuple(f"{facet.name}. {facet.definition}" for facet in facets),
        tuple(f"{facet.locator} ({facet.reading})" for facet in facets),
        tuple(", ".join(name.replace("_", " ") for name in facet.informants) for facet in facets),
    )
    return Table("Facets", ("Facet", "Definition", "Source", "Answered by"), columns)


def _elements(instrument: Instrument, family: Sequence[Construct]) -> tuple[Block, ...]:
    """What the definitions are made of and which items cover it."""
    rows = [
        (
            element.id,
            element.text,
            element.locator,
            ", ".join(item.id for item in instrument.items if element.id in item.elements) or "none",
        )
        for construct in family
        for element in construct.elements
    ]
    if not rows:
        return ()
    header = ("Element", "What the definition asks for", "Source", "Items")
    return (
        Table(
            "Elements of the definition and the items that cover them", header, tuple(zip(*rows, strict=True))
        ),
    )
