"""What a document is made of: sections of paragraphs, points, notices, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass

from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.tables.table import Table
from mlbc_stats.showing import Shown


@dataclass(frozen=True, slots=True)
class Notice:
    """A paragraph set apart: what a reader must know before trusting what follows.

    Examples
    --------
    >>> Notice("One wave: associations, not effects.").text
    'One wave: associations, not effects.'
    """

    text: str


Block = str | tuple[str, ...] | Notice | Table | Figure
"""A paragraph, a list of points, a notice, a table or a figure."""


@dataclass(frozen=True, slots=True, repr=False)
class Section(Shown):
    """A heading and what stands below it.

    Examples
    --------
    >>> len(Section("Sample", ("600 solutions.", Notice("Synthetic."))).blocks)
    2
    """

    title: str
    blocks: tuple[Block, ...]
    identifier: str = ""
