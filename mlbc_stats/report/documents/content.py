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


def spoken(value: object) -> str:
    """An entry of the manifest as words: yes and no, names with their versions, hashes; lists on one line.

    Examples
    --------
    >>> spoken(True), spoken({"numpy": "2.0"}), spoken([{"file": "a.csv", "sha256": "0f"}])
    ('yes', 'numpy 2.0', 'a.csv, SHA-256 0f')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(_part(str(name), part) for name, part in value.items())
    if isinstance(value, list | tuple):
        mark = "; " if any(isinstance(part, Mapping) for part in value) else ", "
        return mark.join(spoken(part) for part in value)
    return "none" if value is None else str(value)


def _part(name: str, value: object) -> str:
    """One entry of a nested record; what a file or an id is needs no name before it."""
    words = {"file": "", "id": "", "sha256": "SHA-256 "}
    return words.get(name, f"{name} ") + spoken(value)
