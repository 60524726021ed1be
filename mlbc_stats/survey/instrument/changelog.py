"""One entry of a file's change log."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from mlbc_stats.survey.instrument.fields import CLOSED, IsoDate, Sentence, Version


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Change:
    """One entry of the change log."""

    version: Version
    """The version that brought the change."""
    date: IsoDate
    """Its day, in quotes."""
    change: Sentence
    """What changed."""
