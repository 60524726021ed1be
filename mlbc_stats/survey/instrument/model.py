"""The instrument: a questionnaire with its scales, items, checks, scoring rules and constructs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Literal

from pydantic import StrictFloat
from pydantic.dataclasses import dataclass

from mlbc_stats.errors import InstrumentError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.evidence import Evidence
from mlbc_stats.survey.instrument.fields import (
    CLOSED,
    Change,
    Identifier,
    Informant,
    Language,
    Sentence,
    Text,
    Version,
)
from mlbc_stats.survey.instrument.item import Check, Item, ItemEntry, ScoringRule, ShortForm
from mlbc_stats.survey.instrument.scale import ResponseScale


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Panel:
    """How the instrument is asked in every wave of a panel, in the same words each time."""

    period: Text
    """The period between waves that replaces ``{period}``, such as "the last six months", per language."""
    instruction: Text
    """Words shown before the items of every wave, per language; they name ``{period}``."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class InstrumentFile:
    """An instrument as its file states it; modules and constructs are still names."""

    kind: Literal["instrument"]
    """The kind of this file."""
    id: Identifier
    """The file name without its ending."""
    version: Version
    """Semantic version, in quotes."""
    title: Text
    """Title shown to respondents, per language."""
    languages: tuple[Language, ...]
    """Languages in which every text is present; the first one is the source."""
    license: Sentence
    """SPDX name of the licence of the wording."""
    population: Sentence
    """The units the instrument is meant for."""
    focal_object: Sentence
    """The one thing that every answer is about."""
    informants: tuple[Informant, ...]
    """Who may answer."""
    reference_period: Sentence
    """The time that the answers refer to."""
    minutes: StrictFloat | None = None
    """Administration time of this file alone; checked against words read and questions answered."""
    focal_words: dict[Language, tuple[Sentence, ...]] = field(default_factory=dict)
    """Words of which every item names one, so that it is clear what is meant; per language."""
    panel: Panel | None = None
    """How it is asked in a panel; None where no panel is foreseen."""
    introduction: Text | None = None
    """Words shown before the first item, per language."""
    consent: Text | None = None
    """Information and consent, shown before anything else, per language."""
    modules: tuple[Identifier, ...] = ()
    """Ids of instrument files asked after this one, in this order."""
    scales: tuple[ResponseScale, ...]
    """Response scales."""
    items: tuple[ItemEntry, ...]
    """Items in the order asked."""
    checks: tuple[Check, ...] = ()
    """Instructed-response items."""
    scoring: tuple[ScoringRule, ...] = ()
    """Scoring rules."""
    short_forms: tuple[ShortForm, ...] = ()
    """Shorter versions."""
    evidence: tuple[Evidence, ...] = ()
    """What is known from data; empty until somebody has answered."""
    changelog: tuple[Change, ...]
    """Versions and what changed in them."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED, repr=False)
class Instrument(Shown, InstrumentFile):
    """A loaded instrument: items, scales, checks and scoring of its modules appended, constructs resolved."""

    items: tuple[Item, ...]  # type: ignore[assignment]
    constructs: tuple[Construct, ...] = ()
    drafts: tuple[Language, ...] = ()
    """Languages added from translations that are not reviewed throughout."""

    def _facts(self) -> Mapping[str, object]:
        return {
            "id": f"{self.id} {self.version}",
            "languages": self.languages,
            "informants": [str(group) for group in self.informants],
            "constructs": self.construct_ids,
            "items": len(self.items),
            "checks": len(self.checks),
            "evidence": len(self.evidence),
        }

    def item(self, item_id: str) -> Item:
        """The item with this id; InstrumentError when there is none."""
        return _find(self.items, item_id, "item", self.id)

    def scale(self, scale_id: str) -> ResponseScale:
        """The response scale with this id; InstrumentError when there is none."""
        return _find(self.scales, scale_id, "scale", self.id)

    def construct(self, construct_id: str) -> Construct:
        """The construct with this id; InstrumentError when there is none."""
        return _find(self.constructs, construct_id, "construct", self.id)

    @property
    def construct_ids(self) -> tuple[str, ...]:
        """Ids of the constructs, in their order."""
        return tuple(construct.id for construct in self.constructs)

    def check(self, check_id: str) -> Check:
        """The attention check with this id; InstrumentError when there is none."""
        return _find(self.checks, check_id, "check", self.id)

    def facets(self, construct_id: str) -> tuple[Construct, ...]:
        """The constructs whose parent is ``construct_id``; empty for a facet."""
        return tuple(construct for construct in self.constructs if construct.parent == construct_id)

    def items_of(self, construct_id: str) -> tuple[Item, ...]:
        """The items of a construct, those of its facets included, in the order asked."""
        wanted = {construct_id, *(facet.id for facet in self.facets(construct_id))}
        return tuple(item for item in self.items if item.construct in wanted)

    def informants_of(self, item_id: str) -> tuple[Informant, ...]:
        """Who can answer an item: those of the instrument whom its construct and its route allow."""
        item = self.item(item_id)
        construct = self.construct(item.construct).informants if item.construct else ()
        allowed = [name for name in self.informants if not construct or name in construct]
        if item.route is None or item.route.question != "informant":
            return tuple(allowed)
        asked = self.scale(self.item("informant").scale)
        return tuple(name for name in allowed if asked.code(name) in item.route.codes)

    @property
    def sequence(self) -> tuple[Item | Check, ...]:
        """Items and checks in the order asked: each check after its item, the others at the end."""
        following: dict[str | None, list[Check]] = {}
        for check in self.checks:
            following.setdefault(check.after, []).append(check)
        asked: list[Item | Check] = []
        for item in self.items:
            asked += [item, *following.pop(item.id, [])]
        return (*asked, *(check for checks in following.values() for check in checks))


def _find(entries: Iterable[Any], wanted: str, what: str, instrument: str) -> Any:
    """The entry with the wanted id, or an error that lists the ids there are."""
    by_id = {entry.id: entry for entry in entries}
    if wanted not in by_id:
        known = ", ".join(by_id) or "none"
        raise InstrumentError(f"instrument {instrument}: no {what} {wanted!r}; it has: {known}")
    return by_id[wanted]
