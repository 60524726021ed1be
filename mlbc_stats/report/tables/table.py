"""A table of results: unrounded columns that know how they want to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.report.numbers import INTERVALS, KINDS, MINUS, MISSING, format_value
from mlbc_stats.report.render.csv import csv_table
from mlbc_stats.report.render.html import html_table
from mlbc_stats.report.render.latex import latex_table
from mlbc_stats.report.render.markdown import markdown_table
from mlbc_stats.report.render.sheet import SYNTHETIC, RowGroup, Sheet, Spanner
from mlbc_stats.report.render.typst import typst_table
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

TEXTUAL = ("text", "truth")
NAME = "name"
"""What is added, in files, to the heading of a column of glosses."""


@dataclass(frozen=True, slots=True, repr=False)
class Table(Shown):
    """Columns of full-precision values with a title, formats, headings and notes.

    Attributes
    ----------
    title : what the table shows.
    header : k column names.
    columns : k sequences of n values each, unrounded.
    formats : k formats of `numbers.format_value`; empty means ``"auto"`` everywhere.
    spanners, groups : headings over columns and over rows.
    notes : texts below the table.
    synthetic : True stamps the table SYNTHETIC; False declares real data; None (the default) takes what the
        document says.
    identifier : a short name for files and anchors.
    row_header : how many leading columns name the row.
    glosses : column (0-based) → n texts that say what its values stand for, printed below them; "" for none. Files
        have them in a column of their own.
    merged : how many leading columns are written once over rows that agree in them.
    numbered : whether a square table shows its columns by the numbers of its rows.
    turned : whether pages show each column as a row, its heading in front; files keep the columns. For few rows of
        many quantities, which no page is wide enough for.

    Raises
    ------
    DataError
        when names, columns, formats or headings do not fit together.

    Examples
    --------
    >>> table = Table("Loadings", ("item", "est"), (("x1", "x2"), (0.51234, -0.7)), synthetic=True)
    >>> print(table.to_markdown())
    **Loadings (SYNTHETIC data)**
    <BLANKLINE>
    | item | est |
    |:--|--:|
    | x1 | 0.512 |
    | x2 | −0.700 |
    <BLANKLINE>
    *SYNTHETIC DATA: drawn from a declared population, not answered by respondents.*
    """

    title: str
    header: tuple[str, ...]
    columns: tuple[tuple[object, ...], ...]
    formats: tuple[str, ...] = ()
    spanners: tuple[Spanner, ...] = ()
    groups: tuple[RowGroup, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool | None = None
    identifier: str = ""
    row_header: int = 1
    glosses: Mapping[int, Sequence[str]] = field(default_factory=dict)
    merged: int = 0
    numbered: bool = False
    turned: bool = False

    def __post_init__(self) -> None:
        _check_sizes(self)
        _check_headings(self)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        title: str,
        formats: Mapping[str, str] | str = "auto",
        headings: Mapping[str, str] | None = None,
        index: bool | None = None,
        spanners: Sequence[Spanner] = (),
        groups: Sequence[RowGroup] = (),
        notes: Sequence[str] = (),
        synthetic: bool | None = None,
        identifier: str = "",
    ) -> Table:
        """A table of a data frame, which is not changed.

        Parameters
        ----------
        frame : the data, n × k.
        title, spanners, groups, notes, synthetic, identifier : as in the class.
        formats : one format for every numeric column, or a mapping from column to format (others ``"auto"``).
        headings : what to print instead of a column's name.
        index : whether the index becomes the first columns; by default when it is not 0, 1, 2, …

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"alpha": [0.81234]}, index=["TC"])
        >>> Table.from_frame(frame, "Reliability", formats={"alpha": "bounded"}).rows()
        (('TC', 0.81234),)
        """
        keep = type(frame.index).__name__ != "RangeIndex" if index is None else index
        levels = frame.index.nlevels if keep else 0
        names = [str(name or "") for name in frame.index.names[:levels]]
        data = [tuple(frame.index.get_level_values(level)) for level in range(levels)]
        data += [tuple(frame.iloc[:, position]) for position in range(frame.shape[1])]
        names += [str(column) for column in frame.columns]
        return cls(
            title=title,
            header=tuple((headings or {}).get(name, name) for name in names),
            columns=tuple(data),
            formats=_formats(formats, names, data),
            spanners=tuple(spanners),
            groups=tuple(groups),
            notes=tuple(notes),
            synthetic=synthetic,
            identifier=identifier,
            row_header=max(levels, 1),
        )

    def rows(self) -> tuple[tuple[object, ...], ...]:
        """The n rows of unrounded values."""
        return tuple(zip(*self.columns, strict=True))

    def marked(self, synthetic: bool) -> Table:
        """The same table with its origin declared."""
        return replace(self, synthetic=synthetic)

    def data(self) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
        """Headings and columns for files: glosses stand in a column of their own behind what they explain."""
        header: list[str] = []
        columns: list[tuple[object, ...]] = []
        for place, (name, column) in enumerate(zip(self.header, self.columns, strict=True)):
            header.append(name)
            columns.append(column)
            if place in self.glosses:
                header.append(f"{name} {NAME}".strip())
                columns.append(tuple(self.glosses[place]))
        return tuple(header), tuple(columns)

    def sheet(self, minus: str = "-") -> Sheet:
        """The table as text, ready for an emitter; negative numbers get the sign `minus`."""
        formats = self.formats or ("auto",) * len(self.header)
        cells = [
            [format_value(value, kind, minus) for value in column]
            for column, kind in zip(self.columns, formats, strict=True)
        ]
        header: tuple[str, ...] = self.header
        if self.numbered:
            cells[1:] = [["" if cell == MISSING else cell for cell in column] for column in cells[1:]]
            cells[0] = [f"{place} {cell}" for place, cell in enumerate(cells[0], 1)]
            header = (header[0], *(str(place) for place in range(1, len(header))))
        for place, texts in self.glosses.items():
            cells[place] = [
                f"{cell}\n{gloss}".rstrip() for cell, gloss in zip(cells[place], texts, strict=True)
            ]
        numeric = [
            kind not in TEXTUAL and _is_numeric(column)
            for column, kind in zip(self.columns, formats, strict=True)
        ]
        rows = list(zip(*cells, strict=True))
        if self.turned:
            turned = list(zip(header, *rows, strict=True))
            header, rows = turned[0], turned[1:]
            numeric = [False] + [True] * (len(header) - 1)
        return Sheet(
            title=self.title,
            header=header,
            rows=tuple(rows),
            numeric=tuple(numeric),
            row_header=self.row_header,
            spanners=self.spanners,
            groups=self.groups,
            notes=self.notes,
            synthetic=bool(self.synthetic),
            identifier=self.identifier,
            merged=self.merged,
        )

    def to_html(self, label: str = "") -> str:
        """An HTML fragment: caption, scrolling table, notes; everything escaped."""
        return html_table(self.sheet(MINUS), self.identifier or "table", label)

    def to_markdown(self) -> str:
        """A Markdown pipe table; everything escaped."""
        return markdown_table(self.sheet(MINUS))

    def to_latex(self) -> str:
        """A LaTeX ``table`` environment in the style of booktabs; everything escaped."""
        return latex_table(self.sheet(MINUS))

    def to_typst(self) -> str:
        """A figure of typst with three rules; everything is a literal, nothing read as markup."""
        return typst_table(self.sheet(MINUS), f"tbl-{self.identifier}" if self.identifier else "")

    def to_csv(self) -> str:
        """CSV in full precision; a synthetic table carries the stamp in a last column, row by row."""
        header, columns = self.data()
        if not self.synthetic:
            return csv_table(header, columns)
        stamp = (SYNTHETIC,) * len(self.rows())
        return csv_table([*header, "data"], [*columns, stamp])

    def _repr_html_(self) -> str:
        return self.to_html()


def _formats(
    wanted: Mapping[str, str] | str, names: Sequence[str], columns: Sequence[Sequence[object]]
) -> tuple[str, ...]:
    if isinstance(wanted, str):
        return tuple(wanted if _is_numeric(column) else "auto" for column in columns)
    return tuple(wanted.get(name, "auto") for name in names)


def _is_numeric(column: Sequence[object]) -> bool:
    return not any(isinstance(value, str) for value in column)


def _check_sizes(table: Table) -> None:
    width = len(table.header)
    if len(table.columns) != width:
        raise DataError(f"table {table.title!r}: {width} headings for {len(table.columns)} columns")
    if table.formats and len(table.formats) != width:
        raise DataError(f"table {table.title!r}: {len(table.formats)} formats for {width} columns")
    unknown = [kind for kind in table.formats if kind not in KINDS and kind not in INTERVALS]
    if unknown:
        raise DataError(f"table {table.title!r}: unknown format {unknown[0]!r}; known: {', '.join(KINDS)}")
    lengths = {name: len(column) for name, column in zip(table.header, table.columns, strict=True)}
    lengths |= {f"glosses of {place}": len(texts) for place, texts in table.glosses.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"table {table.title!r}: columns of unequal length {lengths}")
    if table.turned and (table.row_header != 1 or table.spanners or table.groups or table.merged):
        raise DataError(f"table {table.title!r}: only a plain table with one heading per row can be turned")


def _check_headings(table: Table) -> None:
    covered: list[int] = []
    for spanner in table.spanners:
        covered += range(spanner.first, spanner.last + 1)
    if len(set(covered)) < len(covered) or any(not 0 <= c < len(table.header) for c in covered):
        raise DataError(f"table {table.title!r}: spanners overlap or leave the {len(table.header)} columns")
    starts = [group.first for group in table.groups]
    n = len(table.columns[0]) if table.columns else 0
    if starts != sorted(set(starts)) or any(not 0 <= start <= n for start in starts):
        raise DataError(
            f"table {table.title!r}: row groups start at {starts}, expected increasing rows of {n}"
        )
