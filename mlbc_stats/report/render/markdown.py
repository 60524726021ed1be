"""Write a sheet as a Markdown pipe table with its title above and its notes below."""

from __future__ import annotations

from mlbc_stats.report.render.sheet import Sheet

SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~$"})
"""Characters that Markdown (or the mathematics and HTML inside it) would read as markup."""


def markdown_table(sheet: Sheet) -> str:
    """The sheet in Markdown; spanners are written before the column name they cover.

    Examples
    --------
    >>> print(markdown_table(Sheet("Loadings", ("item", "est"), (("x_1", "0.500"),), (False, True))))
    **Loadings**
    <BLANKLINE>
    | item | est |
    |:--|--:|
    | x\\_1 | 0.500 |
    """
    lines = [
        _line(_headings(sheet)),
        "|" + "|".join("--:" if numeric else ":--" for numeric in sheet.numeric) + "|",
    ]
    for group, rows in sheet.grouped_rows():
        if group:
            lines.append(_line([f"**{escape_markdown(group)}**", *[""] * (len(sheet.header) - 1)]))
        lines += [_line([escape_markdown(cell) for cell in row]) for row in sheet.without_repeats(rows)]
    notes = [f"*{escape_markdown(note)}*" for note in sheet.stamped_notes]
    return "\n\n".join([f"**{escape_markdown(sheet.stamped_title)}**", "\n".join(lines), *notes])


def escape_markdown(text: str) -> str:
    """The text with every character that Markdown would interpret escaped; line ends become spaces."""
    return " ".join(text.translate(SPECIAL).split())


def _headings(sheet: Sheet) -> list[str]:
    over = [label for label, width in sheet.spanner_cells() for _ in range(width)]
    pairs = zip(over, sheet.header, strict=True)
    return [escape_markdown(f"{label}: {name}" if label else name) for label, name in pairs]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
