"""How the columns of a table share the width of a printed page, and how small its letters must be."""

from __future__ import annotations

from mlbc_stats.report.render.sheet import Sheet

PAGE = 482.0
"""Points between the margins of A4, two centimetres each."""
LETTER, PADDING = 4.9, 7.0
"""Points: a letter of eight points, and what a cell keeps free beside it."""
READABLE = 24
"""Letters that a column of sentences needs at least."""
WIDEST = 80
"""Letters beyond which a longer text claims no more width."""
SMALLEST = 0.62
"""Letters are never scaled below this."""
BOLD = 1.12


def paper_widths(sheet: Sheet) -> tuple[list[float], float]:
    """Points of every column, and the factor by which letters of eight points are scaled.

    A column of numbers needs its longest number and the longest word of its heading, a column of words enough to be
    read; what is left goes to the columns with long texts. Where the page is too narrow, letters become smaller.

    Examples
    --------
    >>> widths, scale = paper_widths(Sheet("Fit", ("index", "value"), (("CFI", ".998"),), (False, True)))
    >>> [round(width) for width in widths], scale
    ([34, 34], 1.0)
    """
    least = [LETTER * _least(sheet, place) + PADDING for place in range(len(sheet.header))]
    scale = min(1.0, PAGE / sum(least))
    if scale < 1:
        return [width * scale for width in least], max(SMALLEST, scale)
    wanted = [LETTER * _wanted(sheet, place) + PADDING for place in range(len(sheet.header))]
    claims = [max(0.0, want - have) for want, have in zip(wanted, least, strict=True)]
    share = min(1.0, (PAGE - sum(least)) / (sum(claims) or 1.0))
    return [have + share * claim for have, claim in zip(least, claims, strict=True)], 1.0


def _least(sheet: Sheet, place: int) -> float:
    heading = max((BOLD * len(word) for word in sheet.header[place].split()), default=0.0)
    lines = _lines(sheet, place)
    if sheet.numeric[place]:
        return max([heading, *map(len, lines)])
    word = max((len(word) for line in lines for word in line.split()), default=0)
    return max(heading, word, min(READABLE, max(map(len, lines), default=0)))


def _wanted(sheet: Sheet, place: int) -> float:
    longest = max([BOLD * len(sheet.header[place]), *map(len, _lines(sheet, place))])
    return min(WIDEST, longest)


def _lines(sheet: Sheet, place: int) -> list[str]:
    return [line for row in sheet.rows for line in row[place].split("\n")]
