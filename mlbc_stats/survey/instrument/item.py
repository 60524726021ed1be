"""One question of an instrument, the attention checks between them and the rules that score them."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from pydantic import StrictBool, StrictFloat, StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import (
    CLOSED,
    Identifier,
    Informant,
    Sentence,
    Text,
    WordingRule,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Route:
    """Ask an item only after certain answers to an earlier one."""

    question: Identifier
    """Id of the earlier item."""
    codes: tuple[StrictInt, ...]
    """Answers after which the item is asked; after any other it is not reached."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ItemEntry:
    """An item as its file states it."""

    id: Identifier
    """Unique over the instrument and its modules; the column name in the data."""
    construct: Identifier | Literal[""] = ""
    """Id of the construct or facet measured; empty for a question about the context."""
    text: Text
    """The wording, per language."""
    scale: Identifier
    """Id of the response scale."""
    reversed: StrictBool = False
    """True when agreement speaks against the construct."""
    locator: Sentence
    """Where in the source the idea stands."""
    origin: Literal["own", "adapted", "adopted"] = "own"
    """Own wording, adapted from or adopted from another instrument (then named in the locator)."""
    rationale: Sentence
    """Why this item stands for its construct."""
    route: Route | None = None
    """When the item is asked; always, if left out."""
    elements: tuple[Identifier, ...] = ()
    """Ids of the elements of the construct's definition that the item covers."""
    wordings: dict[Informant, Text] = field(default_factory=dict)
    """Other words for informants whom ``text`` does not suit, per language."""
    panel: Text | None = None
    """Words for panels where ``text`` names a time of its own, per language; ``{period}`` stands for the
    period between waves."""
    justified: dict[WordingRule, Sentence] = field(default_factory=dict)
    """Rules of wording that the item breaks, each with the reason."""

    def wording(self, language: str, informant: str | None = None, period: str | None = None) -> str:
        """The words that one respondent reads.

        Parameters
        ----------
        language : a language of the instrument.
        informant : who answers; the text for everybody when None or when there are no other words.
        period : the period between the waves of a panel, such as "the last three months"; None for a single
            wave. Words for panels come before words for informants.
        """
        if period is not None and self.panel is not None:
            return self.panel[language].replace("{period}", period)
        return dict(self.wordings).get(informant, self.text)[language]  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Item(ItemEntry):
    """An item of a loaded instrument, which knows the file it came from."""

    module: Identifier
    """Id of the instrument file that states the item."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Check:
    """An instructed-response item: it tells which answer to choose."""

    id: Identifier
    """Unique among items and checks."""
    text: Text
    """The instruction, per language."""
    scale: Identifier
    """Id of the response scale."""
    expected: StrictInt
    """The code that an attentive respondent chooses."""
    after: Identifier | None = None
    """Id of the item it follows; at the end, if left out."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ScoringRule:
    """How the score of a construct is made from its items."""

    construct: Identifier
    """Id of the construct scored."""
    items: tuple[Identifier, ...]
    """Ids of its items; reversed ones are keyed first."""
    method: Literal["mean", "sum"] = "mean"
    """Mean or sum of the keyed answers."""
    minimum_answered: StrictFloat = 0.75
    """Smallest share of the items (0 to 1) that must be answered for a score."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ShortForm:
    """A shorter version: some of the items, chosen by a stated rule."""

    id: Identifier
    """Short name; the same name in several files means one short form of all of them."""
    rule: Sentence
    """How its items were chosen."""
    items: tuple[Identifier, ...]
    """Ids of the measuring items kept, two or three of every facet that is not left out."""
    without: tuple[Identifier, ...] = ()
    """Ids of constructs and of questions about the context that are left out; other such questions stay."""
