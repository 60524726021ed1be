"""Write a sheet as an HTML fragment: a captioned table that becomes stacked blocks where it has no room."""

from __future__ import annotations

import re
from html import escape

from mlbc_stats.report.render.sheet import SYNTHETIC, Rows, Sheet
from mlbc_stats.report.render.width import WORDS, needed_width

SHORT = 14
"""Lines up to which a table is kept on one printed page."""


def html_table(sheet: Sheet, identifier: str = "table", label: str = "") -> str:
    """The sheet as a ``<figure>`` holding caption, table and notes.

    The table carries a class ``need-N``: where its container has fewer than N rem, a page's style sheet stacks
    each row as a block, every value under its ``data-label``.

    Parameters
    ----------
    sheet : the formatted table.
    identifier : the fragment's ``id``; the caption gets ``<identifier>--caption``.
    label : what precedes the title, such as "Table 3.".

    Examples
    --------
    >>> sheet = Sheet("A <title>", ("name", "value"), (("x", "0.500"),), (False, True))
    >>> "A &lt;title&gt;" in html_table(sheet)
    True
    """
    width, dense = needed_width(sheet)
    looks = f"need-{width}{' dense' if dense else ''}"
    lines = sum(1 + any("\n" in cell for cell in row) for row in sheet.rows)
    short = " short" if lines <= SHORT else ""
    return "\n".join(
        [
            f'<figure class="sheet{short}" id="{escape(identifier)}"{_data(sheet)}>',
            f'<figcaption id="{escape(identifier)}--caption">{_caption(sheet, label)}</figcaption>',
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{escape(identifier)}--caption">',
            f'<table class="{looks}" aria-labelledby="{escape(identifier)}--caption">',
            f"<thead>{_spanners(sheet)}{_header(sheet)}</thead>",
            *(_body(sheet, group, rows) for group, rows in sheet.grouped_rows()),
            "</table>",
            "</div>",
            *(f'<p class="note">{escape(note)}</p>' for note in sheet.stamped_notes),
            "</figure>",
        ]
    )


def stamp_html(synthetic: bool) -> str:
    """The badge that marks a table or figure as synthetic, or nothing."""
    return f'<strong class="stamp">{SYNTHETIC}</strong> ' if synthetic else ""


def _data(sheet: Sheet) -> str:
    return ' data-synthetic="true"' if sheet.synthetic else ""


def _caption(sheet: Sheet, label: str) -> str:
    number = f'<span class="number">{escape(label)}</span> ' if label else ""
    return f"{stamp_html(sheet.synthetic)}{number}{escape(sheet.title)}"


def _spanners(sheet: Sheet) -> str:
    if not sheet.spanners:
        return ""
    cells = [
        f'<th colspan="{width}" scope="colgroup" class="spanner">{escape(label)}</th>'
        if label
        else f'<td colspan="{width}"></td>'
        for label, width in sheet.spanner_cells()
    ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _header(sheet: Sheet) -> str:
    cells = zip(sheet.header, sheet.numeric, strict=True)
    inner = "".join(f'<th scope="col"{_align(numeric)}>{_lines(text)}</th>' for text, numeric in cells)
    return f"<tr>{inner}</tr>"


def _body(sheet: Sheet, group: str, rows: Rows) -> str:
    """A body per group; where columns are merged, one per run, so that paper does not tear it."""
    width = len(sheet.header)
    heading = f'<tr class="group"><th colspan="{width}" scope="rowgroup">{escape(group)}</th></tr>\n'
    labels = _labels(sheet)
    runs = ["\n".join(_run(sheet, run, labels)) for run in sheet.runs(rows)]
    if sheet.merged:
        first = f"<tbody>\n{heading}</tbody>\n" if group else ""
        return first + "\n".join(f'<tbody class="run">\n{run}\n</tbody>' for run in runs)
    return f"<tbody>\n{heading if group else ''}{chr(10).join(runs)}\n</tbody>"


def _run(sheet: Sheet, rows: Rows, labels: list[str]) -> list[str]:
    """Rows of a run; cells of merged columns stand in the first and span the others."""
    lines = []
    for place, row in enumerate(rows):
        span = f' rowspan="{len(rows)}"' if place == 0 and len(rows) > 1 else ""
        cells = [
            _cell(sheet, position, text, labels[position], span if position < sheet.merged else "")
            for position, text in enumerate(row)
            if place == 0 or position >= sheet.merged
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return lines


def _cell(sheet: Sheet, position: int, text: str, label: str, span: str) -> str:
    names = position < sheet.row_header
    tag = 'th scope="row"' if names else f'td data-label="{label}"'
    long = any(len(line) > WORDS for line in text.split("\n"))
    look = _align(sheet.numeric[position]) or (' class="words"' if long else "")
    return f"<{tag}{look}{span}>{_lines(text)}</{tag[:2]}>"


def _labels(sheet: Sheet) -> list[str]:
    """What names a value where it stands below others: the heading, after the one that spans it."""
    over = [label for label, width in sheet.spanner_cells() for _ in range(width)]
    pairs = zip(over, sheet.header, strict=True)
    firsts = [(label, name.split("\n")[0]) for label, name in pairs]
    return [escape(f"{label}: {name}" if label else name) for label, name in firsts]


def _lines(text: str) -> str:
    """The first line, and what explains it below."""
    name, _, gloss = text.partition("\n")
    return _breakable(name) + (f'<span class="gloss">{escape(gloss)}</span>' if gloss else "")


def _breakable(text: str) -> str:
    """The text escaped; long expressions may break after a product sign and before ``_on_``."""
    shown = escape(text)
    if len(text) <= WORDS or not re.search(r"\w\*\w|_on_", text):
        return shown
    return re.sub(r"(?<=\w)\*(?=\w)", "*<wbr>", shown).replace("_on_", "<wbr>_on_")


def _align(numeric: bool) -> str:
    return ' class="num"' if numeric else ""
