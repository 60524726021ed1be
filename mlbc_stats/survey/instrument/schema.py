"""The JSON Schemas of the instrument files, by which editors complete and check them while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from mlbc_stats.resources import resource
from mlbc_stats.survey.instrument.validation import MODELS


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (draft 2020-12) of each kind of file, generated from the models.

    Examples
    --------
    >>> sorted(schemas())
    ['constructs', 'evidence', 'instrument', 'translation']
    """
    return {kind: _schema(kind, model) for kind, model in MODELS.items()}


def write_schemas(folder: Path | None = None) -> tuple[Path, ...]:
    """Publish the schemas as ``<kind>.schema.json``, in ``instruments/schema`` unless told otherwise.

    Returns the paths written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_schemas(Path(place))]
    ['instrument.schema.json', 'constructs.schema.json', 'translation.schema.json', 'evidence.schema.json']
    """
    place = folder or resource("instruments", "schema")
    written = []
    for kind, schema in schemas().items():
        path = place / f"{kind}.schema.json"
        path.write_text(as_text(schema), encoding="utf-8")
        written.append(path)
    return tuple(written)


def as_text(schema: dict[str, Any]) -> str:
    """The text of a schema as it is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _schema(kind: str, model: Any) -> dict[str, Any]:
    header = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mlbc-stats {kind} file",
    }
    return {**TypeAdapter(model).json_schema(), **header}
