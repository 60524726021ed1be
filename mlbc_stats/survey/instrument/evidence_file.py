"""The file in which a study hands on what it found about an instrument."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, Identifier, Sentence, Version
from mlbc_stats.survey.instrument.item import Evidence


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class EvidenceFile:
    """Numbers that one study found about one instrument."""

    kind: Literal["evidence"]
    """The kind of this file."""
    study: Sentence
    """Title of the study."""
    instrument: Identifier
    """Id of the instrument answered."""
    version: Version
    """Its version, in quotes."""
    synthetic: StrictBool
    """Whether the answers were made up; such a file is refused."""
    evidence: tuple[Evidence, ...]
    """The numbers."""
