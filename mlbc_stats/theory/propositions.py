"""The propositions of the theory as data: read, checked, looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from mlbc_stats.errors import InstrumentError
from mlbc_stats.resources import resource
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, IsoDate, Sentence, Text, Version
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml
from mlbc_stats.survey.yaml.finding import Finding, raise_findings
from mlbc_stats.theory.entries import Family, Proposition

ONE_QUANTITY = ("single", "hazard")
STRUCTURAL = ("single", "intersection_union", "contrast", "non_inferiority")
"""Forms whose quantities are paths or defined from paths."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Revision:
    """One entry of the change log."""

    version: Version
    """The version that brought the change."""
    date: IsoDate
    """Its day."""
    change: Sentence
    """What changed."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED, repr=False)
class Registry(Shown):
    """All propositions of one file with their sources and families."""

    kind: Literal["propositions"]
    """The kind of this file."""
    version: Version
    """Semantic version."""
    title: Text
    """Title per language."""
    changelog: tuple[Revision, ...]
    """Versions and what changed in them."""
    sources: dict[Identifier, Sentence]
    """DOI of each paper."""
    families: dict[Identifier, Family]
    """Families by key."""
    models: dict[Identifier, Sentence]
    """What each model says, by id; propositions name one of them."""
    propositions: tuple[Proposition, ...]
    """The propositions in the order reported."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in the order of the file."""
        return tuple(proposition.id for proposition in self.propositions)

    def proposition(self, wanted: str) -> Proposition:
        """The proposition with this id; InstrumentError when there is none."""
        found = next((entry for entry in self.propositions if entry.id == wanted), None)
        if found is None:
            raise InstrumentError(f"no proposition {wanted!r}; the registry has: {', '.join(self.ids)}")
        return found

    def confirmatory(self, family: str, planned: Container[str] = ()) -> bool:
        """Whether Holm's levels hold in a family; one that asks for planned power only where it was planned."""
        held = self.families[family]
        return held.role == "confirmatory" and (not held.planned or family in planned)

    def relatives(self, chosen: Iterable[str], planned: Container[str] = ()) -> tuple[Proposition, ...]:
        """The chosen propositions with all members of their confirmatory families, in registry order."""
        wanted = {self.proposition(name).id for name in chosen}
        families = {self.proposition(name).family for name in wanted}
        adjusted = {key for key in families if self.confirmatory(key, planned)}
        return tuple(entry for entry in self.propositions if entry.id in wanted or entry.family in adjusted)


def load_propositions(path: str | Path | None = None) -> Registry:
    """Read a registry of propositions; the shipped one when no path is given.

    Raises
    ------
    InstrumentError
        listing every finding with file, line and proposition: broken YAML, unknown or missing keys, duplicate
        ids, unknown families, sources or rivals, a single decision with several quantities.

    Examples
    --------
    >>> load_propositions().proposition("M1").deciding
    ('aln_state ~ TC',)
    """
    file = read_yaml(path if path is not None else resource("instruments", "propositions.yaml"))
    raise_findings(file.findings)
    try:
        registry: Registry = TypeAdapter(Registry).validate_python(file.data)
    except ValidationError as error:
        raise_findings([_schema_finding(file, entry) for entry in error.errors()])
        raise InstrumentError(str(error)) from None
    raise_findings(tuple(_cross_findings(file, registry)))
    return registry


def json_schema() -> dict[str, Any]:
    """JSON Schema of a propositions file, for editors that complete YAML.

    Examples
    --------
    >>> json_schema()["additionalProperties"]
    False
    """
    schema = TypeAdapter(Registry).json_schema()
    for part in (schema, *schema["$defs"].values()):
        part["description"] = part["description"].partition("\n")[0]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _schema_finding(file: YamlFile, entry: Any) -> Finding:
    got = "" if isinstance(entry["input"], dict | list) else f", got {entry['input']!r}"
    place = ".".join(str(step) for step in entry["loc"])
    return file.finding(tuple(entry["loc"]), f"{place}: {entry['msg']}{got}")


def _cross_findings(file: YamlFile, registry: Registry) -> Iterator[Finding]:
    """What the schema cannot see: names that must be unique or must exist."""
    counts = Counter(registry.ids)
    for place, entry in enumerate(registry.propositions):
        problems = {
            "id": counts[entry.id] > 1 and f"duplicate id {entry.id!r}; ids must be unique",
            "family": entry.family not in registry.families and f"unknown family {entry.family!r}",
            "source": entry.source not in registry.sources and f"unknown source {entry.source!r}",
            "model": entry.model not in registry.models and f"unknown model {entry.model!r}",
            "beside": (strange := {one.model for one in entry.beside} - set(registry.models))
            and f"unknown models {sorted(strange)}",
            "rivals": (lost := set(entry.rivals) - set(registry.ids)) and f"unknown rivals {sorted(lost)}",
            "deciding": _deciding_problem(entry),
        }
        for key, problem in problems.items():
            if problem:
                yield file.finding(("propositions", place, key), str(problem))


def _deciding_problem(entry: Proposition) -> str:
    if not entry.deciding:
        return "name at least one deciding quantity"
    if entry.decision in ONE_QUANTITY and len(entry.deciding) > 1:
        return f"decision {entry.decision!r} takes one quantity, got {len(entry.deciding)}; use intersection_union"
    if entry.decision not in STRUCTURAL:
        return ""
    odd = [text for text in entry.deciding if ":=" not in text and len(text.split("~")) != 2]
    return f"{odd} are neither 'y ~ x' nor 'name := expression'" if odd else ""
