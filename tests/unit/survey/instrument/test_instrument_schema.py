"""The published JSON Schemas are those of the models, closed, and named by every shipped file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mlbc_stats.resources import resource
from mlbc_stats.survey import list_instruments
from mlbc_stats.survey.instrument.schema import as_text, schemas


@pytest.mark.parametrize("kind", ["instrument", "constructs", "translation", "evidence"])
def test_published_schema_is_the_generated_one(kind: str) -> None:
    published = resource("instruments", "schema", f"{kind}.schema.json").read_text(encoding="utf-8")
    assert published == as_text(schemas()[kind]), "run mlbc_stats.survey.instrument.schema.write_schemas()"


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)


@pytest.mark.parametrize("kind", ["instrument", "constructs", "translation", "evidence"])
def test_schema_is_closed_and_explains_every_key(kind: str) -> None:
    found = list(objects(schemas()[kind]))
    assert len(found) >= 2
    for entry in found:
        assert entry["additionalProperties"] is False
        for name, value in entry["properties"].items():
            assert value.get("description"), name


@pytest.mark.parametrize("name", [*list_instruments(), "constructs"])
def test_files_name_their_schema(name: str) -> None:
    path = resource("instruments", f"{name}.yaml")
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.split("=")[1]).is_file()
