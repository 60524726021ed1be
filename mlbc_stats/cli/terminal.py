"""Print results: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from mlbc_stats.report.tables.table import Table

PIPE_WIDTH = 240


def console() -> Console:
    """A rich console on stdout; wide in a pipe, so that no row is broken."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def print_json(content: object) -> None:
    """Print a JSON document in full precision; what is not a finite number becomes null."""
    typer.echo(as_json(content))


def as_json(content: object) -> str:
    """A result as JSON text: data frames become lists of records, paths and enumerations text.

    Examples
    --------
    >>> as_json({"a": float("nan"), "b": (1, 2)})
    '{\\n  "a": null,\\n  "b": [\\n    1,\\n    2\\n  ]\\n}'
    """
    return json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)


def plain(content: Any) -> Any:
    """Dicts, lists, text, numbers and None, made of what the package returns."""
    if content is None or isinstance(content, bool | str):
        return str(content) if isinstance(content, str) else content
    if hasattr(content, "to_dict") and hasattr(content, "columns"):
        return [plain(row) for row in content.reset_index(drop=True).to_dict(orient="records")]
    if hasattr(content, "to_dict"):
        return plain(content.to_dict())
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if hasattr(content, "tolist"):
        return plain(content.tolist())
    if isinstance(content, int):
        return content
    if isinstance(content, float):
        return content if content - content == 0 else None
    if isinstance(content, Iterable):
        return [plain(value) for value in content]
    return str(content)


def print_table(table: Table) -> None:
    """Print a report table with its notes, formatted as in the report."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    sheet = table.sheet()
    grid = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, numeric in zip(sheet.header, sheet.numeric, strict=True):
        grid.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in sheet.without_repeats(sheet.rows):
        grid.add_row(*(Text(cell) for cell in row))
    screen = console()
    screen.print(Text(sheet.stamped_title, style="bold"))
    screen.print(grid)
    for note in sheet.stamped_notes:
        screen.print(Text(note), style="dim")


def print_frame(frame: pd.DataFrame, title: str, **options: Any) -> None:
    """Print a data frame the way the report would; options are those of ``Table.from_frame``."""
    from mlbc_stats.report.tables.table import Table

    print_table(Table.from_frame(frame, title, **options))
