"""Find every text of an instrument file under a stable path, and add texts in another language to it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from mlbc_stats.survey.instrument.model import InstrumentFile

Model = TypeVar("Model")

SINGULAR = {"items": "item", "scales": "scale", "checks": "check", "codes": "code"}
PLACEHOLDER = re.compile(r"\$?\{[A-Za-z_][\w.:]*\}")
HASH_DIGITS = 12  # 48 bits: a chance collision within one instrument is out of the question


def source_strings(model: InstrumentFile) -> dict[str, str]:
    """Path → text in the source language, in the order of the file.

    A path names entries by their ids and answers by their codes, so it stays when entries move.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> source_strings(survey.load_instrument("marker"))["item/marker_1/text"]
    'I like rainy days.'
    """
    found: dict[str, str] = {}

    def collect(path: str, text: dict[str, str]) -> dict[str, str]:
        found[path] = text[model.languages[0]]
        return text

    _walk(model, "", frozenset(model.languages), collect)
    return found


def with_language(model: Model, language: str, texts: Mapping[str, str]) -> Model:
    """The same instrument file with a language more; ``texts`` must hold every path."""
    languages = model.languages  # type: ignore[attr-defined]

    def add(path: str, text: dict[str, str]) -> dict[str, str]:
        return {**text, language: texts[path]}

    changed = _walk(model, "", frozenset(languages), add)
    return replace(changed, languages=(*languages, language))


def source_hash(text: str) -> str:
    """Twelve hexadecimal digits of SHA-256; another hash says that the source was changed.

    Examples
    --------
    >>> source_hash("I like rainy days.")
    '6fdda2c8ae1b'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:HASH_DIGITS]


def placeholders(text: str) -> tuple[str, ...]:
    """The parts in braces that a platform fills in, sorted.

    Examples
    --------
    >>> placeholders("Since {date}, ${name} has grown {much}ly.")
    ('${name}', '{date}', '{much}')
    """
    return tuple(sorted(PLACEHOLDER.findall(text)))


def _walk(node: Any, path: str, languages: frozenset[str], change: Callable[[str, Any], Any]) -> Any:
    """The node with every text replaced by ``change(path, text)``."""
    if isinstance(node, dict):
        if node and languages >= node.keys() and all(isinstance(value, str) for value in node.values()):
            return change(path, node)
        return {key: _walk(value, f"{path}/{key}", languages, change) for key, value in node.items()}
    if isinstance(node, tuple):
        return tuple(
            _walk(entry, f"{path}/{_key(entry, place)}", languages, change)
            for place, entry in enumerate(node)
        )
    if not is_dataclass(node):
        return node
    parts = {field.name: getattr(node, field.name) for field in fields(node)}
    walked = {name: _walk(part, _join(path, name), languages, change) for name, part in parts.items()}
    return replace(node, **{name: part for name, part in walked.items() if part != parts[name]})  # type: ignore[type-var]


def _join(path: str, name: str) -> str:
    step = SINGULAR.get(name, name)
    return f"{path}/{step}" if path else step


def _key(entry: Any, place: int) -> str:
    """What names an entry of a list: its id, its code, else its position."""
    found = (getattr(entry, name, None) for name in ("id", "value"))
    return str(next((value for value in found if value is not None), place))
