"""Write a mapping manifest as JSON, and read it back."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.mapping.model import MappingManifest

ADAPTER: TypeAdapter[MappingManifest] = TypeAdapter(MappingManifest)
ENDING = ".mapping.json"
LISTED = 5
"""Violations that the message of an error lists; all of them are its findings."""


def mapping_json(mapping: MappingManifest) -> str:
    """The manifest as JSON text, in the order of its fields."""
    plain = ADAPTER.dump_python(mapping, mode="json")
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def write_mapping(mapping: MappingManifest, path: str | Path) -> Path:
    """Write the manifest in UTF-8; returns the path."""
    place = Path(path)
    place.write_text(mapping_json(mapping), encoding="utf-8")
    return place


def read_mapping(path: str | Path) -> MappingManifest:
    """Read a manifest that an export wrote.

    Raises
    ------
    ResponseError
        when the file cannot be read, is no JSON or is no manifest; it lists every wrong place.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> with TemporaryDirectory() as folder:
    ...     made = survey.export(survey.compose(["marker"]), "redcap", folder)
    ...     read_mapping(made.mapping_path) == made.mapping
    True
    """
    place = Path(path)
    if not place.is_file():
        raise ResponseError(
            f"{place}: no such file; name the mapping manifest (*{ENDING}) that the export wrote"
        )
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ResponseError(f"{place}: cannot be read as a mapping manifest ({error})") from None
    try:
        return ADAPTER.validate_json(text)
    except ValidationError as error:
        findings = tuple(
            f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}"
            for problem in error.errors()
        )
    shown = "; ".join(findings[:LISTED]) + (
        f" … and {len(findings) - LISTED} more" * (len(findings) > LISTED)
    )
    raise ResponseError(
        f"{place}: is no mapping manifest of this version: {shown}. Take the file that the export wrote, unchanged",
        findings,
    )
