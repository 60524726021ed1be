"""What a document holds: its headings, its sections and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlbc_stats.report.documents.blocks import Section
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.tables.table import Table


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a report, whatever it is written as; `Document` says what each part is."""

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = False
    language: str = "en"
    interactive: bool = False

    @property
    def stamped(self) -> bool:
        """Whether the page is stamped: it is synthetic, or something on it is."""
        blocks = [block for section in self.sections for block in section.blocks]
        return self.synthetic or any(isinstance(b, Table | Figure) and b.synthetic for b in blocks)
