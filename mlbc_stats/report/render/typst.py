"""Write a sheet as a figure of typst: caption above, three rules, notes below."""

from __future__ import annotations

import json

from mlbc_stats.report.render.paper_width import paper_widths
from mlbc_stats.report.render.sheet import Rows, Sheet

STYLE = """\
#show figure.where(kind: table): set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.caption: it => block(sticky: true, width: 100%, align(left, text(size: 9pt)[
  #strong[#it.supplement #context it.counter.display(it.numbering).] #it.body
]))
#show table.cell: set par(justify: false, first-line-indent: 0pt)
#let note(body) = align(left, text(size: 8pt, body))
"""
"""What a document needs before the first table."""


def typst_table(sheet: Sheet, label: str = "") -> str:
    """The sheet in typst's markup; the document starts with `STYLE`.

    Columns of numbers are set right, so that equal decimals stand below each other; columns of words share the width
    that is left.

    Parameters
    ----------
    sheet : the formatted table.
    label : a name by which the text refers to it.

    Examples
    --------
    >>> text = typst_table(Sheet("Fit", ("index", "value"), (("CFI", ".998"),), (False, True)), "tbl-fit")
    >>> print(text.splitlines()[0])
    #figure(kind: table, supplement: [Table], caption: "Fit")[
    """
    widths, scale = paper_widths(sheet)
    size = f"{8 * scale:.2f}pt"
    return "\n".join(
        [
            f"#figure(kind: table, supplement: [Table], caption: {typst_string(sheet.stamped_title)})[",
            f"#set text(size: {size})",
            "#table(",
            f"columns: ({', '.join(f'{width:.1f}pt' for width in widths)},), stroke: none, inset: (x: 3pt, y: 2.5pt),",
            f"align: ({', '.join('right' if numeric else 'left' for numeric in sheet.numeric)},),",
            _head(sheet),
            *(_body(sheet, group, rows) for group, rows in sheet.grouped_rows()),
            "table.hline(stroke: 0.8pt),",
            ")",
            *(f"#note({typst_string(note)})" for note in sheet.stamped_notes),
            f"]{f' <{label}>' if label else ''}",
        ]
    )


def typst_string(text: str) -> str:
    """The text as a literal of typst, nothing in it read as markup.

    Examples
    --------
    >>> typst_string('a "b" #c')
    '"a \\\\"b\\\\" #c"'
    """
    return json.dumps(" ".join(text.split(" ")), ensure_ascii=False)


def _head(sheet: Sheet) -> str:
    lines = ["table.header(table.hline(stroke: 0.8pt),"]
    if sheet.spanners:
        position = 0
        for label, width in sheet.spanner_cells():
            lines.append(f"table.cell(colspan: {width}, align: center, {typst_string(label)}),")
            if label:
                lines.append(f"table.hline(y: 1, start: {position}, end: {position + width}, stroke: 0.3pt),")
            position += width
    lines += [f"[{_bold(name)}]," for name in sheet.header]
    return "\n".join([*lines, "table.hline(stroke: 0.5pt)),"])


def _bold(text: str) -> str:
    return f"#strong({typst_string(text)})"


def _body(sheet: Sheet, group: str, rows: Rows) -> str:
    lines = []
    if group:
        lines.append(f"table.cell(colspan: {len(sheet.header)}, align: left, emph({typst_string(group)})),")
    for row in sheet.without_repeats(rows):
        lines.append(" ".join(f"{_cell(text)}," for text in row))
    return "\n".join(lines)


def _cell(text: str) -> str:
    """The first line, and what explains it below in smaller letters."""
    name, _, gloss = text.partition("\n")
    if not gloss:
        return typst_string(name)
    return f"[#{typst_string(name)} \\ #text(size: 0.87em, fill: luma(80), {typst_string(gloss)})]"
