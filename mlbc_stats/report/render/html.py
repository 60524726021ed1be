"""Write a sheet as an HTML fragment: a captioned table that scrolls in its own container."""

from __future__ import annotations

import re
from html import escape

from mlbc_stats.report.render.sheet import SYNTHETIC, Sheet

WORDS = 22
"""From this length on, a text cell asks for a width at which it reads well."""


def html_table(sheet: Sheet, identifier: str = "table", label: str = "") -> str:
    """The sheet as a ``<figure>`` holding caption, scrolling table and notes.

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
    return "\n".join(
        [
            f'<figure class="sheet" id="{escape(identifier)}"{_data(sheet)}>',
            f'<figcaption id="{escape(identifier)}--caption">{_caption(sheet, label)}</figcaption>',
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{escape(identifier)}--caption">',
            f'<table aria-labelledby="{escape(identifier)}--caption">',
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
    inner = "".join(f'<th scope="col"{_align(numeric)}>{escape(text)}</th>' for text, numeric in cells)
    return f"<tr>{inner}</tr>"


def _body(sheet: Sheet, group: str, rows: tuple[tuple[str, ...], ...]) -> str:
    width = len(sheet.header)
    heading = f'<tr class="group"><th colspan="{width}" scope="rowgroup">{escape(group)}</th></tr>\n'
    lines = "\n".join(_row(sheet, row) for row in rows)
    return f"<tbody>\n{heading if group else ''}{lines}\n</tbody>"


def _row(sheet: Sheet, row: tuple[str, ...]) -> str:
    cells = []
    for position, (text, numeric) in enumerate(zip(row, sheet.numeric, strict=True)):
        tag = 'th scope="row"' if position < sheet.row_header else "td"
        look = _align(numeric) or (' class="words"' if len(text) > WORDS else "")
        cells.append(f"<{tag}{look}>{_breakable(text)}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _breakable(text: str) -> str:
    """The text escaped; long expressions may break after a product sign and before ``_on_``."""
    shown = escape(text)
    if len(text) <= WORDS or not re.search(r"\w\*\w|_on_", text):
        return shown
    return re.sub(r"(?<=\w)\*(?=\w)", "*<wbr>", shown).replace("_on_", "<wbr>_on_")


def _align(numeric: bool) -> str:
    return ' class="num"' if numeric else ""
