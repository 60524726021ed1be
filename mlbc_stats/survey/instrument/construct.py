"""The definition of one theoretical construct, as constructs.yaml states it."""

from __future__ import annotations

from typing import Literal

from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import (
    CLOSED,
    Change,
    Identifier,
    Informant,
    PropositionId,
    Sentence,
    Version,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Neighbour:
    """A construct that is easily confused with this one."""

    id: Identifier
    """Id of the other construct."""
    difference: Sentence
    """How the two differ."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Element:
    """One thing that the definition asks for, so that items can be told to cover it."""

    id: Identifier
    """Short id, unique in the file; begins with the id of the construct."""
    text: Sentence
    """The element in our own words."""
    locator: Sentence
    """Section, table or figure of the source; "own" where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Relation:
    """What this construct is expected to do to another one; stated at the one that acts, and only there."""

    id: Identifier
    """Id of the other construct."""
    relation: Literal[
        "raises", "lowers", "affects", "buffers", "strengthens", "needed_for", "goes_with", "unrelated"
    ]
    """The expected relation: signed, of either sign, as a moderator that weakens or strengthens what the other
    does, as a necessary condition, without direction, or none at all."""
    proposition: PropositionId | None = None
    """Id of the proposition that states it."""
    locator: Sentence | None = None
    """Where the source states it; needed when no proposition does."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Construct:
    """What is measured: its definition, its level and how its indicators relate to it."""

    id: Identifier
    """Short id, as in the theory (TC, tc_pace)."""
    name: Sentence
    """Name in plain words."""
    definition: Sentence
    """Definition in our own words."""
    level: Literal["solution", "organization", "respondent"]
    """Which unit the construct describes."""
    measurement: Literal["reflective", "composite"]
    """Whether the construct shows in its indicators or is made up of them."""
    parent: Identifier | None = None
    """The construct of which this one is a facet."""
    neighbours: tuple[Neighbour, ...] = ()
    """Constructs easily confused with this one."""
    elements: tuple[Element, ...] = ()
    """What the definition is made of; every element is to be covered by an item."""
    relations: tuple[Relation, ...] = ()
    """The nomological net as far as this construct acts in it."""
    locator: Sentence
    """Section, table or figure of the source; "own" where there is none."""
    reading: Literal["literal", "derived"]
    """Whether the source says it or we read it so."""
    informants: tuple[Informant, ...] = ()
    """Who can answer; empty means everybody."""

    @property
    def inner_name(self) -> str:
        """The name as it stands inside a sentence: a capital goes, but not that of an abbreviation (AI, ML)."""
        return self.name if self.name[1:2].isupper() else self.name[:1].lower() + self.name[1:]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ConstructFile:
    """The file that defines constructs."""

    kind: Literal["constructs"]
    """The kind of this file."""
    version: Version
    """Semantic version, in quotes."""
    source: Sentence
    """The works the definitions rest on."""
    constructs: tuple[Construct, ...]
    """One entry per construct or facet."""
    changelog: tuple[Change, ...] = ()
    """Versions and what changed in them."""
