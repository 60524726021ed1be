"""An index together with what it is about, and how intervals of indices are made."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index

FEWEST = 100
"""The fewest resamples that make an interval."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One index of an item, of a construct's items, or of all items of an instrument, as `scope` says."""

    scope: str
    name: str
    question: str
    index: Index


@dataclass(frozen=True, slots=True)
class Sampling:
    """Level of all intervals; number and seed of the resamples.

    Raises
    ------
    DataError
        when these make no interval.
    """

    level: float = 0.95
    draws: int = 2000
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.level < 1 or self.draws < FEWEST:
            raise DataError(
                f"expected a level between 0 and 1 and {FEWEST} draws or more, got {self.level} and {self.draws}"
            )
