"""What one stage of a study hands to the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mlbc_stats.report import Figure, Table, named


@dataclass(frozen=True, slots=True)
class Stage:
    """Texts, tables and figures of one stage.

    Attributes
    ----------
    name, title : short name for files, heading for people.
    short : the outcome in one sentence, for the head of the report; points : what follows it there, one line each.
    text : paragraphs, and tuples of points, before the tables.
    tables, figures : each with its own identifier, which names its file.
    texts : name and content of plain files that belong to it (models).
    problems : why results of this stage cannot be trusted; empty when they can.
    remarks : what was left undone without making results doubtful; said on the terminal.
    without : what it had no use for (no products, no composites, no necessity): conditions of the reviewers' checklist.

    Examples
    --------
    >>> Stage("sample", "Sample", "600 cases.").problems
    ()
    """

    name: str
    title: str
    short: str = ""
    points: tuple[str, ...] = ()
    text: tuple[str | tuple[str, ...], ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def marked(self, synthetic: bool) -> Stage:
        """The same stage with the origin of what does not yet declare its own."""
        return replace(
            self,
            tables=tuple(t if t.synthetic is not None else t.marked(synthetic) for t in self.tables),
            figures=tuple(f if f.synthetic is not None else f.marked(synthetic) for f in self.figures),
        )

    def drawn(self) -> Stage:
        """The same stage, its figures with their pixels."""
        return replace(self, figures=tuple(figure.drawn() for figure in self.figures))

    def named(self, names: Mapping[str, str]) -> Stage:
        """The same stage, its tables with the name or the wording beside every id."""
        return replace(self, tables=tuple(named(table, names) for table in self.tables))
