"""The file that holds one instrument's texts in one other language, each with its status."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Language, Sentence, Version

Status = Literal["draft", "translated", "back-translated", "reviewed"]
STATUSES: tuple[Status, ...] = ("draft", "translated", "back-translated", "reviewed")
"""From the first version to the one that may be fielded."""

StringPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+(/[A-Za-z0-9_-]+)*$", max_length=200)]
Words = Annotated[Sentence, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*$")]
"""A sentence without control characters, which XML cannot hold and nobody means to print."""

SourceHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class TranslatedString:
    """One text in the other language."""

    status: Status
    """How far it has come: draft, translated, back-translated or reviewed."""
    source: SourceHash
    """Hash of the source text that was translated, in quotes; another one now says that it is stale."""
    text: Words
    """The words in the other language."""
    back: Words | None = None
    """The back translation into the source language."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Translation:
    """The texts of one instrument file in one other language."""

    kind: Literal["translation"]
    """The kind of this file."""
    instrument: Identifier
    """Id of the instrument file translated; its modules have files of their own."""
    version: Version
    """Version of the instrument at the last export or import."""
    source_language: Language
    """Language translated from."""
    language: Language
    """Language translated into."""
    license: Sentence
    """SPDX name of the licence of the translation."""
    strings: dict[StringPath, TranslatedString]
    """Every text by its path, such as item/tc_pace_1/text."""
