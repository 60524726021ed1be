"""The design of a form: which items meet which definitions, and how the form says so of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Literal

from mlbc_stats.errors import DataError
from mlbc_stats.survey.content.forms.judgment_tasks import NONE, Kind, Question, find_kind, find_questions
from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.instrument.model import Instrument

Against = Literal["neighbours", "all"]


@dataclass(frozen=True, slots=True)
class Block:
    """A definition (none in a sort) and the items judged by it, in the order shown."""

    construct: Construct | None
    items: tuple[Item, ...]


@dataclass(frozen=True)
class FormDesign:
    """A form before it has a judge; everything follows from the instrument and these choices.

    Attributes
    ----------
    instrument : what is judged.
    kind : ``"rating"``, ``"relevance"`` or ``"sort"``.
    constructs : ids of the constructs or facets whose items are judged, in the order of the instrument.
    questions : what is asked about each item.
    language : language of the items.
    against : in a rating, the definitions each item meets besides its own: neighbours or all chosen ones.
    """

    instrument: Instrument
    kind: Kind
    constructs: tuple[str, ...]
    questions: tuple[Question, ...]
    language: str
    against: Against

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Definitions with their items, in the order of the instrument."""
        items = {name: self._items(name) for name in self.constructs}
        if self.kind.name == "sort":
            return (Block(None, tuple(item for name in self.constructs for item in items[name])),)
        if self.kind.name == "relevance":
            return tuple(Block(self.instrument.construct(name), items[name]) for name in self.constructs)
        return tuple(
            Block(construct, tuple(item for name in judged for item in items[name]))
            for construct in self.instrument.constructs
            if (judged := [name for name in self.constructs if construct.id in self._definitions(name)])
        )

    def _items(self, construct: str) -> tuple[Item, ...]:
        return tuple(item for item in self.instrument.items if item.construct == construct)

    def _definitions(self, construct: str) -> set[str]:
        """Ids of the definitions that items of a construct are rated on."""
        every = set(self.constructs)
        return {construct} | (every if self.against == "all" else orbit(self.instrument, construct))

    @cached_property
    def codes(self) -> dict[str, str]:
        """Item id → code on the form, which tells nothing about the construct."""
        measured = [item.id for item in self.instrument.items if item.construct]
        shuffled = sorted(measured, key=lambda name: _hash([self.instrument.id, name]))
        return {name: f"i{place:03d}" for place, name in enumerate(shuffled, 1)}

    @cached_property
    def letters(self) -> dict[str, str]:
        """Construct id → letter of its definition, the same on every form of the instrument."""
        return {c.id: _letter(place) for place, c in enumerate(self.instrument.constructs)}

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """What a judge chooses from in a sort."""
        named = (self.instrument.construct(name) for name in self.constructs)
        return (*(f"{self.letters[c.id]}  {c.name}" for c in named), NONE)

    @cached_property
    def cells(self) -> dict[str, tuple[Item, Construct | None]]:
        """Code of every row → its item and definition."""
        return {self.code(item, b.construct): (item, b.construct) for b in self.blocks for item in b.items}

    def code(self, item: Item, construct: Construct | None) -> str:
        """Code of the row in which an item meets a definition."""
        return self.codes[item.id] + (f":{self.letters[construct.id]}" if construct else "")

    def text(self, item: Item) -> str:
        """The wording that judges see."""
        return item.text[self.language]

    def heading(self, construct: Construct) -> str:
        """The line that opens a block."""
        return f"{self.letters[construct.id]}  {construct.name}: {construct.definition}"

    @cached_property
    def fingerprint(self) -> str:
        """Ten hexadecimal digits that change with every text and row of the form."""
        rows = sorted((code, self.text(item)) for code, (item, _) in self.cells.items())
        blocks = [self.heading(block.construct) for block in self.blocks if block.construct]
        asked = [(question.key, *question.options) for question in self.questions]
        defined = [self.heading(self.instrument.construct(name)) for name in self.constructs]
        return _hash([self.kind.name, rows, blocks, asked, defined])[:10]

    @cached_property
    def token(self) -> str:
        """The form's id, which names instrument, version and choices, so that a reader can rebuild it."""
        parts = (
            self.kind.name,
            self.instrument.id,
            self.instrument.version,
            self.language,
            self.against,
            "+".join(question.key for question in self.questions),
            "+".join(self.letters[name] for name in self.constructs),
            self.fingerprint,
        )
        return "/".join(parts)

    def shuffled(self, seed: int, judge: str) -> tuple[Block, ...]:
        """The blocks and the items in them in the order one judge sees; the same seed gives the same order."""
        random = Random(f"{seed}/{judge}/{self.token}")
        blocks = [Block(b.construct, tuple(random.sample(b.items, len(b.items)))) for b in self.blocks]
        return tuple(random.sample(blocks, len(blocks)))


def design_form(
    instrument: Instrument,
    kind: str,
    constructs: Sequence[str] | None = None,
    questions: Sequence[str] = (),
    language: str | None = None,
    against: Against = "neighbours",
) -> FormDesign:
    """The design of a form; see `write_forms` for the arguments.

    Raises
    ------
    DataError, InstrumentError
        for unknown kinds, questions, languages or constructs, and when nothing is left to judge.
    """
    found = find_kind(kind)
    if against not in ("neighbours", "all"):
        raise DataError(f"against: expected neighbours or all, got {against!r}")
    tongue = language or instrument.languages[0]
    if tongue not in instrument.languages:
        raise DataError(
            f"instrument {instrument.id} is in {', '.join(instrument.languages)}, not in {tongue!r}"
        )
    chosen = _chosen(instrument, constructs)
    if kind == "sort" and len(chosen) < 2:
        raise DataError("a sort needs the definitions of two constructs or more; choose more constructs")
    return FormDesign(instrument, found, chosen, find_questions(found, tuple(questions)), tongue, against)


def orbit(instrument: Instrument, construct: str) -> set[str]:
    """Ids of the constructs easily confused with one: neighbours, those that name it, facets of the same parent.

    Where these are fewer than two, the neighbours of its parent are added: an item should meet two other
    definitions at least.
    """
    own = instrument.construct(construct)
    siblings = {c.id for c in instrument.constructs if own.parent is not None and c.parent == own.parent}
    found = (_neighbours(instrument, construct) | siblings) - {construct}
    if len(found) < 2 and own.parent is not None:
        found |= _neighbours(instrument, own.parent) - {construct}
    return found - {own.parent} - {facet.id for facet in instrument.facets(construct)}


def _neighbours(instrument: Instrument, construct: str) -> set[str]:
    """Ids of the constructs that one names as neighbours or that name it."""
    named = {neighbour.id for neighbour in instrument.construct(construct).neighbours}
    return {
        other.id
        for other in instrument.constructs
        if other.id in named or any(neighbour.id == construct for neighbour in other.neighbours)
    }


def _chosen(instrument: Instrument, constructs: Sequence[str] | None) -> tuple[str, ...]:
    """Ids of the constructs that the items judged belong to, in the order of the instrument."""
    if constructs is None:
        wanted = {item.construct for item in instrument.items if item.module == instrument.id}
    else:
        wanted = {item.construct for name in constructs for item in _items_of(instrument, name)}
    chosen = tuple(construct.id for construct in instrument.constructs if construct.id in wanted)
    if not chosen:
        raise DataError(
            f"instrument {instrument.id}: no item measures a construct, so there is nothing to judge"
        )
    return chosen


def _items_of(instrument: Instrument, construct: str) -> Iterable[Item]:
    instrument.construct(construct)  # InstrumentError for an unknown one
    items = instrument.items_of(construct)
    if not items:
        raise DataError(f"instrument {instrument.id}: construct {construct!r} has no items to judge")
    return items


def _letter(place: int) -> str:
    """A to Z, then AA, AB, ..., as columns of a spreadsheet are named."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
