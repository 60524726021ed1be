"""The definition of one theoretical construct, as constructs.yaml states it."""

from __future__ import annotations

from typing import Literal

from pydantic.dataclasses import dataclass

from mlbc_stats.survey.fields import CLOSED, Identifier, Informant, Sentence, Version


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Neighbour:
    """A construct that is easily confused with this one."""

    id: Identifier
    """Id of the other construct."""
    difference: Sentence
    """How the two differ."""


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
    locator: Sentence
    """Section, table or figure of the source; "own" where there is none."""
    reading: Literal["literal", "derived"]
    """Whether the source says it or we read it so."""
    informants: tuple[Informant, ...] = ()
    """Who can answer; empty means everybody."""


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
