"""The parts of one file as plain data, each with its place; a value of the wrong type is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.tree import Where

Entry = tuple[Where, dict[str, Any]]


def entries(source: YamlFile, key: str) -> Iterator[Entry]:
    """The mappings in a top-level list, each with its place."""
    found = source.data.get(key) if isinstance(source.data, dict) else None
    for position, entry in enumerate(listed(found)):
        if isinstance(entry, dict):
            yield (key, position), entry


def ids(source: YamlFile, key: str) -> dict[str, dict[str, Any]]:
    """The entries of a top-level list by their ids."""
    return {entry["id"]: entry for _, entry in entries(source, key) if isinstance(entry.get("id"), str)}


def listed(value: Any) -> list[Any]:
    """The value if it is a list, else nothing."""
    return value if isinstance(value, list) else []


def words(value: Any) -> list[str]:
    """The strings in a list."""
    return [entry for entry in listed(value) if isinstance(entry, str)]


def codes(scale: dict[str, Any] | None, key: str = "codes") -> list[int]:
    """The numbers of a scale's codes or missing codes."""
    found = [code.get("value") for code in listed((scale or {}).get(key)) if isinstance(code, dict)]
    return [value for value in found if isinstance(value, int)]


def quoted(names: Any) -> str:
    """Names in quotes, with commas between; "none" when there are none."""
    return ", ".join(repr(str(name)) for name in names) or "none"
