"""An index together with what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.survey.raters.index import Index


@dataclass(frozen=True, slots=True)
class Subject:
    """One index of an item, of a construct's items, or of all items of an instrument, as `scope` says."""

    scope: str
    name: str
    question: str
    index: Index
