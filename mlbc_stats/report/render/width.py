"""How wide a sheet must be to be read as a table: below that width a page shows it as stacked blocks."""

from __future__ import annotations

from math import ceil

from mlbc_stats.report.render.sheet import Sheet

WORDS = 22
"""From this length on, a text cell asks for a width at which it reads well."""
LETTER, PADDING = 0.53, 1.3
"""Of a cell, in rem at 0.9 rem of font size: a letter of a wide system font, and what stands free around it."""
DENSE_LETTER, DENSE_PADDING = 0.475, 0.8
"""The same at 0.8 rem."""
BOLD = 1.12
"""How much wider the letters of headings are."""
STEP = 4
"""Widths come in so many rem, so that a page needs few rules."""
PAGE = 56
"""Rem that a table has on a desktop 1,280 pixels wide, beside the contents."""


def needed_width(sheet: Sheet) -> tuple[int, bool]:
    """Rem (a multiple of `STEP`) that the sheet needs, and whether it is to be set densely.

    A column needs its longest word; one of numbers its longest number, since numbers are not broken; one of texts
    enough to read them. What is too wide for a page is set densely first.

    Examples
    --------
    >>> needed_width(Sheet("Fit", ("model", "CFI"), (("S1", ".998"),), (False, True)))
    (8, False)
    """
    columns = [letters(sheet, position) for position in range(len(sheet.header))]
    width = LETTER * sum(columns) + PADDING * len(columns)
    dense = width > PAGE
    if dense:
        width = DENSE_LETTER * sum(columns) + DENSE_PADDING * len(columns)
    return STEP * ceil(width / STEP), dense


def letters(sheet: Sheet, position: int) -> float:
    """Letters that a column cannot do without."""
    heading = max((BOLD * len(word) for word in sheet.header[position].split()), default=0)
    texts = [row[position] for row in sheet.rows]
    if sheet.numeric[position]:
        return max([heading, *map(len, texts)])
    lines = [line for text in texts for line in text.split("\n")]
    words = max((len(word) for line in lines for word in line.split()), default=0)
    names = [text.split("\n")[0] for text in texts] if position < sheet.row_header else []
    whole = max((len(name) for name in names if len(name) <= WORDS), default=0)
    return max(heading, words, whole, WORDS if any(len(line) > WORDS for line in lines) else 0)
