"""Follow one thing of the theory both ways: item, element, construct, proposition, model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.errors import InstrumentError
from mlbc_stats.showing import Shown
from mlbc_stats.theory.provenance.collection import Collection, collect
from mlbc_stats.theory.structural.structures import MODELS

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("item", "element", "construct", "proposition", "model")
NOT_DECIDED = "stated by the theory, not yet in the registry of propositions"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way.

    Attributes
    ----------
    kind : item, element, construct, proposition or model.
    id, text : what it is called and what it says.
    locator : where the source has it.
    note : what else to know: instrument, parent, model, reading.
    """

    kind: str
    id: str
    text: str
    locator: str
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class Trace(Shown):
    """Where one thing comes from and what rests on it.

    Attributes
    ----------
    start : what was asked about.
    steps : everything connected with it, items first, models last, the start among them.

    Examples
    --------
    >>> found = trace("cs_org_1")
    >>> isinstance(found, Trace), found.ids("element"), found.ids("model")
    (True, ('cs_org_people',), ('S1', 'S3', 'S2', 'S4'))
    """

    start: Step
    steps: tuple[Step, ...]

    def ids(self, kind: str) -> tuple[str, ...]:
        """Ids of the steps of one kind."""
        return tuple(step.id for step in self.steps if step.kind == kind)

    def table(self) -> pd.DataFrame:
        """One row per step: kind, id, text, locator, note."""
        import pandas as pd

        names = ("kind", "id", "text", "locator", "note")
        return pd.DataFrame([{name: getattr(step, name) for name in names} for step in self.steps])


def trace(name: str, instruments: Sequence[str | Path] | None = None) -> Trace:
    """Everything that an item, element, construct, proposition or model is connected with.

    An item leads to the elements it covers, to its construct and the parent of that, to the propositions about
    them and to the models that decide those. A construct, a proposition or a model leads back to the items the
    same way. An id that names both a construct and an item means the construct.

    Parameters
    ----------
    name : id of an item, an element of a definition, a construct, a proposition or a model.
    instruments : names or paths of the instruments to look at; the shipped ones by default.

    Raises
    ------
    InstrumentError
        when nothing has this id.

    Examples
    --------
    >>> trace("M12").ids("construct")
    ('ALN', 'aln_state', 'CAP', 'cap_reliable', 'cap_repeatable', 'cap_value')
    """
    known = collect(instruments)
    kind = _kind(known, name)
    constructs = _constructs_from(known, kind, name)
    propositions = _propositions_from(known, kind, name, constructs)
    items, elements = _items_from(known, kind, name, constructs)
    steps = (
        *_items(known, items),
        *_elements(known, elements),
        *_constructs(known, constructs),
        *_propositions(known, propositions),
        *_models(known, propositions),
    )
    start = next(step for step in steps if (step.kind, step.id) == (kind, name))
    return Trace(start, steps)


def _kind(known: Collection, name: str) -> str:
    found = {
        "construct": name in known.by_id,
        "item": name in known.texts,
        "element": name in known.elements,
        "proposition": name in known.propositions,
        "model": name in MODELS,
    }
    kind = next((kind for kind, there in found.items() if there), None)
    if kind is None:
        raise InstrumentError(
            f"nothing is called {name!r}: neither an item, an element, a construct, a proposition nor a model; "
            f"propositions are {', '.join(known.propositions)}"
        )
    return kind


def _constructs_from(known: Collection, kind: str, name: str) -> set[str]:
    if kind == "item":
        construct = next(item.construct for item in known.items if item.id == name)
        return set(known.lineage(construct)) if construct else set()
    if kind == "element":
        return set(known.lineage(known.elements[name][1].id))
    if kind == "construct":
        return {*known.lineage(name), *known.facets(name)}
    propositions = (name,) if kind == "proposition" else _decided_by(known, name)
    named = {entry for proposition in propositions for entry in known.constructs_of(proposition)}
    return {entry for one in named for entry in (*known.lineage(one), *known.facets(one))}


def _propositions_from(known: Collection, kind: str, name: str, constructs: set[str]) -> tuple[str, ...]:
    if kind == "proposition":
        return (name,)
    if kind == "model":
        return _decided_by(known, name)
    return tuple(entry for entry in known.propositions if constructs & set(known.constructs_of(entry)))


def _items_from(known: Collection, kind: str, name: str, constructs: set[str]) -> tuple[set[str], set[str]]:
    """Ids of the items and of the elements: those that belong to each other, else all of the constructs."""
    if kind == "item":
        return {name}, {entry for item in known.items if item.id == name for entry in item.elements}
    if kind == "element":
        return {item.id for item in known.items if name in item.elements}, {name}
    elements = {entry for entry, (_, owner) in known.elements.items() if owner.id in constructs}
    return {item.id for item in known.items if item.construct in constructs}, elements


def _decided_by(known: Collection, model: str) -> tuple[str, ...]:
    return tuple(entry.id for entry in known.registry.propositions if entry.model == model)


def _items(known: Collection, wanted: set[str]) -> Iterator[Step]:
    for item in (item for item in known.items if item.id in wanted):
        note = f"{item.module}; origin: {item.origin}" + ("; reversed" if item.reversed else "")
        yield Step("item", item.id, known.texts[item.id], item.locator, note)


def _elements(known: Collection, wanted: set[str]) -> Iterator[Step]:
    for name, (element, _) in known.elements.items():
        if name in wanted:
            items = [item.id for item in known.items if name in item.elements]
            note = f"covered by {', '.join(items)}" if items else "covered by no item"
            yield Step("element", name, element.text, element.locator, note)


def _constructs(known: Collection, constructs: set[str]) -> Iterator[Step]:
    for construct in known.constructs:
        if construct.id in constructs:
            facet = f"facet of {construct.parent}; " if construct.parent else ""
            text = f"{construct.name}. {construct.definition}"
            note = f"{facet}{construct.measurement}; {construct.reading}"
            yield Step("construct", construct.id, text, construct.locator, note)


def _propositions(known: Collection, propositions: Sequence[str]) -> Iterator[Step]:
    for name in propositions:
        if name in known.registry.ids:
            entry = known.registry.proposition(name)
            note = f"model {entry.model}; {entry.reading}"
            yield Step("proposition", name, entry.statement, f"{entry.source} {entry.locator}", note)
        else:
            yield Step("proposition", name, _relations(known, name), "", NOT_DECIDED)


def _relations(known: Collection, proposition: str) -> str:
    """What the constructs file says under this proposition, in words."""
    parts = [
        f"{construct.name} {relation.relation.replace('_', ' ')} {known.by_id[relation.id].inner_name}"
        for construct in known.constructs
        for relation in construct.relations
        if relation.proposition == proposition
    ]
    return "; ".join(parts)


def _models(known: Collection, propositions: Sequence[str]) -> Iterator[Step]:
    decided = [entry for entry in known.registry.propositions if entry.id in propositions]
    for name in dict.fromkeys(entry.model for entry in decided):
        members = ", ".join(entry.id for entry in decided if entry.model == name)
        yield Step("model", name, known.registry.models[name], "", f"decides {members}")
