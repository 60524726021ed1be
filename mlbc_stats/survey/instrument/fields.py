"""The field types that every part of an instrument file is made of, and the entry of a change log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

CLOSED = ConfigDict(extra="forbid", use_attribute_docstrings=True)

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]*$"

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER, max_length=40)]
"""Starts with a letter; letters, digits and underscores; fits survey platforms and statistics packages."""

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
"""A language tag (BCP 47), such as ``en`` or ``de-CH``."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]

Text = dict[Language, Sentence]
"""The same text in every language of the instrument."""

Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
"""A semantic version in quotes: a change of wording raises the second number, of meaning the first."""

IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]

Informant = Literal["management", "technical", "internal_user", "external_user"]
"""Who can know the answer."""

PropositionId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+[0-9]+[a-z]?$", max_length=20)]
"""The id of a proposition, such as ``M5r``."""

WordingRule = Literal[
    "length",
    "double_barrelled",
    "negation",
    "absolute",
    "jargon",
    "reading_level",
    "no_focal_object",
    "near_duplicate",
    "unbalanced",
    "few_items",
]
"""A rule of wording that an item may break for a stated reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Change:
    """One entry of the change log."""

    version: Version
    """The version that brought the change."""
    date: IsoDate
    """Its day, in quotes."""
    change: Sentence
    """What changed."""
