"""Turn plain data into the model of its kind, with every structural error as a finding in plain words."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mlbc_stats.near_names import near_names
from mlbc_stats.survey.instrument.construct import Construct, ConstructFile
from mlbc_stats.survey.instrument.evidence import Evidence, EvidenceFile
from mlbc_stats.survey.instrument.fields import IDENTIFIER
from mlbc_stats.survey.instrument.item import Check, ItemEntry, ScoringRule, ShortForm
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.instrument.translation_file import Translation
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding

MODELS: dict[str, Any] = {
    "instrument": InstrumentFile,
    "constructs": ConstructFile,
    "translation": Translation,
    "evidence": EvidenceFile,
}
PARTS: dict[str, Any] = {
    "items": ItemEntry,
    "scales": ResponseScale,
    "checks": Check,
    "scoring": ScoringRule,
    "short_forms": ShortForm,
    "evidence": Evidence,
    "constructs": Construct,
}


def build(source: YamlFile, kind: str) -> tuple[Any, tuple[Finding, ...]]:
    """The model of a file of this kind, or None, and its structural findings."""
    if source.data is None and source.findings:
        return None, ()
    if not isinstance(source.data, dict):
        got = type(source.data).__name__
        return None, (source.finding((), f"expected a mapping with 'kind: {kind}' at its top, got {got}"),)
    if source.data.get("kind") != kind:
        problem = f"expected 'kind: {kind}', got {source.data.get('kind')!r}"
        return None, (source.finding(("kind",), problem),)
    try:
        return _adapter(kind).validate_python(source.data), ()
    except ValidationError as error:
        return None, tuple(_finding(source, kind, dict(problem)) for problem in error.errors())


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(MODELS[kind])


def _finding(source: YamlFile, kind: str, problem: dict[str, Any]) -> Finding:
    """One validation error in words that name the key, what was expected and what was got."""
    where = _existing(source, problem["loc"])
    key = problem["loc"][-1]
    if problem["type"] == "unexpected_keyword_argument":
        return source.finding(
            where, f"unknown key {key!r}{_suggestion(kind, problem['loc'])}; remove or rename it"
        )
    if problem["type"] == "missing":
        return source.finding(where[: len(problem["loc"]) - 1], f"key {key!r} is missing; add it")
    label = ".".join(str(step) for step in where[2:] or where)
    got = repr(problem.get("input"))
    shown = got if len(got) <= 60 else got[:57] + "..."
    return source.finding(where, f"{label}: {_expected(problem)}, got {shown}")


def _expected(problem: dict[str, Any]) -> str:
    """What was expected, without the words of the validator."""
    if problem["type"] == "string_pattern_mismatch" and problem["ctx"]["pattern"] == IDENTIFIER:
        return "should be an id: a letter, then letters, digits or underscores"
    return str(problem["msg"]).removeprefix("Input ").removeprefix("String ")


def _existing(source: YamlFile, where: tuple[Any, ...]) -> tuple[Any, ...]:
    """The longest start of a place that is in the file (a model's place may go deeper, into a union)."""
    while where and where not in source.lines:
        where = where[:-1]
    return where


def _suggestion(kind: str, where: tuple[Any, ...]) -> str:
    """The known keys at this place, the closest one first in mind."""
    if len(where) > 3:
        return ""
    model = MODELS[kind] if len(where) == 1 else PARTS.get(where[0])
    known = list(getattr(model, "__dataclass_fields__", {}))
    near = near_names(str(where[-1]), known, most=1)
    return f" (did you mean {near[0]!r}?)" if near else f" (known keys: {', '.join(known)})" if known else ""
