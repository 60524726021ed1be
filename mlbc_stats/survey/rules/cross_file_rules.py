"""The rules between an instrument file, its modules and the constructs file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlbc_stats.survey.instrument.construct import Construct, ConstructFile
from mlbc_stats.survey.rules.file_parts import entries, ids, words
from mlbc_stats.survey.rules.informant_rules import informants_fit
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding


def between_files(sources: Sequence[YamlFile], constructs: ConstructFile | None) -> Iterator[Finding]:
    """Ids are unique over all files, a scale id means one scale, constructs are defined, modules flat."""
    known = {construct.id: construct for construct in constructs.constructs} if constructs else {}
    parents = {name: construct.parent for name, construct in known.items()}
    for source in sources if constructs else ():
        yield from _construct_exists(source, parents)
        yield from _scoring_fits(source, parents)
        yield from _elements_exist(source, known)
        yield from informants_fit(source, known)
    yield from _ids_unique(sources)
    yield from _scales_equal(sources)
    for source in sources[1:]:
        if isinstance(source.data, dict) and source.data.get("modules"):
            yield source.finding(
                ("modules",), "a module has no modules of its own; list them in the main file"
            )


def _construct_exists(source: YamlFile, known: Mapping[str, str | None]) -> Iterator[Finding]:
    """Items, scoring rules and evidence name defined constructs."""
    for key in ("items", "scoring", "evidence"):
        for where, entry in entries(source, key):
            name = entry.get("construct", "")
            if isinstance(name, str) and name and name not in known:
                yield source.finding(
                    (*where, "construct"), f"construct {name!r} is not defined in constructs.yaml"
                )


def _scoring_fits(source: YamlFile, parents: Mapping[str, str | None]) -> Iterator[Finding]:
    """A scoring rule sums items of its own construct or of its facets."""
    items = ids(source, "items")
    for where, entry in entries(source, "scoring"):
        names = entry.get("items")
        for name in names if isinstance(names, list) else ():
            measured = items.get(name, {}).get("construct", "") if isinstance(name, str) else ""
            family = (measured, parents.get(measured)) if isinstance(measured, str) else ()
            if isinstance(name, str) and name in items and entry.get("construct") not in family:
                problem = (
                    f"item {name!r} measures {measured!r}, not {entry.get('construct')!r}; move or remove it"
                )
                yield source.finding((*where, "items"), problem)


def _elements_exist(source: YamlFile, known: Mapping[str, Construct]) -> Iterator[Finding]:
    """An item covers elements of its construct or of that construct's facets, at least one if there are any."""
    for where, entry in entries(source, "items"):
        name, named = entry.get("construct") or "", words(entry.get("elements"))
        if not isinstance(name, str) or (name and name not in known):
            continue
        family = [part for part in known.values() if name and name in (part.id, part.parent)]
        elements = {element.id for part in family for element in part.elements}
        for lost in (element for element in named if element not in elements):
            there = ", ".join(sorted(elements)) or "none"
            problem = f"element {lost!r} is none of construct {name!r}; it has: {there}"
            yield source.finding((*where, "elements"), problem)
        if elements and not named:
            problem = f"the item covers no element of {name!r}; name one in 'elements' or remove the item"
            yield source.finding(where, problem, "warning")


def _ids_unique(sources: Sequence[YamlFile]) -> Iterator[Finding]:
    """Items and checks keep their ids to themselves, over all files (one file is checked on its own)."""
    owner: dict[str, str] = {}
    for source in sources:
        for where, entry in (pair for key in ("items", "checks") for pair in entries(source, key)):
            name = entry.get("id")
            if isinstance(name, str) and owner.setdefault(name.lower(), source.file) != source.file:
                problem = f"duplicate id {name!r}, already used in {owner[name.lower()]}; rename one"
                yield source.finding((*where, "id"), problem)


def _scales_equal(sources: Sequence[YamlFile]) -> Iterator[Finding]:
    """A scale that several files define is the same in all of them."""
    first: dict[str, tuple[Any, str]] = {}
    for source in sources:
        for name, scale in ids(source, "scales").items():
            known, file = first.setdefault(name, (scale, source.file))
            if known != scale:
                where = next(where for where, entry in entries(source, "scales") if entry is scale)
                yield source.finding(where, f"scale {name!r} differs from the one in {file}; make them equal")
