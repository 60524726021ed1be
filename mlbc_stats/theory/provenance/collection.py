"""All instruments, the constructs and the propositions in one place, each item once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from mlbc_stats.survey.instrument.construct import Construct, Element
from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.loading.load import list_instruments, load_constructs, load_instrument
from mlbc_stats.theory.entries import Proposition, constructs_in
from mlbc_stats.theory.propositions import Registry, load_propositions


@dataclass(frozen=True)
class Collection:
    """What the theory has and what asks about it.

    Attributes
    ----------
    items : every item of the instruments, by the file that states it.
    texts : item id → wording in the source language.
    constructs : every construct of the constructs file, whether asked about or not.
    registry : the propositions that data can decide.
    """

    items: tuple[Item, ...]
    texts: dict[str, str]
    constructs: tuple[Construct, ...]
    registry: Registry

    @cached_property
    def by_id(self) -> dict[str, Construct]:
        """Construct id → construct."""
        return {construct.id: construct for construct in self.constructs}

    @cached_property
    def elements(self) -> dict[str, tuple[Element, Construct]]:
        """Element id → element and the construct whose definition it belongs to."""
        return {element.id: (element, owner) for owner in self.constructs for element in owner.elements}

    def facets(self, construct: str) -> tuple[str, ...]:
        """Ids of the facets of a construct."""
        return tuple(entry.id for entry in self.constructs if entry.parent == construct)

    def family(self, construct: str) -> tuple[str, ...]:
        """A construct and its facets."""
        return (construct, *self.facets(construct))

    def lineage(self, construct: str) -> tuple[str, ...]:
        """A construct and its parent, if it has one."""
        parent = self.by_id[construct].parent
        return (construct,) if parent is None else (construct, parent)

    def named_in(self, proposition: Proposition) -> tuple[str, ...]:
        """Constructs that the model fragment and the deciding quantities of a proposition name."""
        return constructs_in(proposition, self.by_id)

    def related_by(self, proposition: str) -> tuple[str, ...]:
        """Constructs between which the constructs file states a relation under this proposition."""
        pairs = ((c.id, r.id) for c in self.constructs for r in c.relations if r.proposition == proposition)
        return tuple(dict.fromkeys(name for pair in pairs for name in pair))

    @cached_property
    def propositions(self) -> tuple[str, ...]:
        """Ids of the registry, then those that only relations name."""
        stated = (r.proposition for c in self.constructs for r in c.relations if r.proposition)
        return tuple(dict.fromkeys((*self.registry.ids, *stated)))

    def constructs_of(self, proposition: str) -> tuple[str, ...]:
        """Every construct that a proposition is about.

        Where the registry names a facet, a relation of the whole construct adds nothing.
        """
        decided = proposition in self.registry.ids
        named = self.named_in(self.registry.proposition(proposition)) if decided else ()
        parents = {self.by_id[name].parent for name in named}
        related = (name for name in self.related_by(proposition) if name not in parents)
        return tuple(dict.fromkeys((*named, *related)))


def collect(instruments: Sequence[str | Path] | None = None) -> Collection:
    """The shipped instruments, or the given ones, with the shipped constructs and propositions.

    A module counts once, however many instruments ask it.

    Examples
    --------
    >>> collect().constructs_of("M1")
    ('aln_state', 'TC')
    """
    return _collected(tuple(instruments)) if instruments else _shipped()


@cache
def _shipped() -> Collection:
    """The shipped ones, read once: they do not change under a running program."""
    return _collected(list_instruments())


def _collected(instruments: Sequence[str | Path]) -> Collection:
    loaded = [load_instrument(name) for name in instruments]
    items: dict[tuple[str, str], Item] = {}
    texts: dict[str, str] = {}
    for instrument in loaded:
        for item in instrument.items:
            items.setdefault((item.module, item.id), item)
            texts.setdefault(item.id, item.text[instrument.languages[0]])
    return Collection(tuple(items.values()), texts, load_constructs(), load_propositions())
