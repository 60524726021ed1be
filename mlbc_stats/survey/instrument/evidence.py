"""What studies found about an instrument: numbers with their sources, and the file that hands them on."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool, StrictFloat, StrictInt
from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import (
    CLOSED,
    Identifier,
    IsoDate,
    Sentence,
    Version,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Evidence:
    """One published number about the instrument; an instrument nobody has answered has none."""

    construct: Identifier
    """Id of the construct concerned."""
    property: Literal[
        "content",
        "structure",
        "reliability",
        "invariance",
        "criterion",
        "convergent",
        "discriminant",
        "nomological",
    ]
    """The kind of evidence."""
    statistic: Sentence
    """Name of the statistic."""
    value: StrictFloat
    """Its value, unrounded."""
    n: StrictInt
    """Number of units or judges behind it."""
    source: Sentence
    """Study, data set or publication."""
    date: IsoDate
    """Day of the analysis, in quotes."""
    lower: StrictFloat | None = None
    """Lower end of its interval; given together with `upper` and `level`."""
    upper: StrictFloat | None = None
    """Upper end of its interval."""
    level: StrictFloat | None = None
    """Coverage of the interval, such as 0.95."""


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
