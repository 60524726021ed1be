"""Write a sheet as a table of a Word file: a numbered caption above, repeated headings, three rules, notes below."""

from __future__ import annotations

from xml.sax.saxutils import escape

from mlbc_stats.report.render.paper_width import paper_widths
from mlbc_stats.report.render.sheet import Rows, Sheet

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SIZE, SMALL = 16, 14
"""Half points: letters of a table, and of what explains a value below it."""
GLOSS = f'<w:color w:val="5B6570"/><w:sz w:val="{SMALL}"/>'
BOOKMARKS = 100_000
"""Numbers of our bookmarks start here, beyond those that other programs give."""
THICK, MIDDLE, THIN = 12, 6, 4
"""Eighths of a point: rules above and below the table, below its headings, below headings over columns."""


def openxml_table(sheet: Sheet, number: int, bookmark: str = "") -> list[str]:
    """Caption, table, notes and an empty line, each as one element in WordprocessingML (ECMA-376).

    The styles ``Caption``, ``TableText``, ``TableHead`` and ``TableNote`` must be in the file. The caption's number is
    a field (``SEQ Table``) inside a bookmark, so that Word counts tables itself and references follow.

    Parameters
    ----------
    sheet : the formatted table.
    number : what the field shows before Word counts again.
    bookmark : the name that references use; ``_table_<number>`` when left out.

    Examples
    --------
    >>> parts = openxml_table(Sheet("Fit", ("index", "value"), (("CFI", ".998"),), (False, True)), 3)
    >>> [part[:6] for part in parts], "SEQ Table" in parts[0], "w:tblHeader" in parts[1]
    (['<w:p x', '<w:tbl', '<w:p x'], True, True)
    """
    return [
        openxml_caption("Table", number, sheet.stamped_title, bookmark),
        _table(sheet),
        *(paragraph(run(note), "TableNote") for note in sheet.stamped_notes),
        paragraph("", "TableNote"),
    ]


def openxml_caption(word: str, number: int, title: str, bookmark: str = "") -> str:
    """A caption whose number is a field that Word counts itself.

    Examples
    --------
    >>> "SEQ Figure" in openxml_caption("Figure", 1, "Paths")
    True
    """
    name = escape(bookmark or f"_{word.lower()}_{number}", {'"': "&quot;"})
    mark = number + (BOOKMARKS if word == "Table" else 2 * BOOKMARKS)
    counted = run(f"{word} ") + field(rf"SEQ {word} \* ARABIC", str(number))
    started = f'<w:bookmarkStart w:id="{mark}" w:name="{name}"/>{counted}<w:bookmarkEnd w:id="{mark}"/>'
    return paragraph(started + run(f". {title}"), "Caption")


def openxml_reference(bookmark: str, shown: str) -> str:
    """Runs that refer to a bookmark: Word keeps the number right when captions move.

    Examples
    --------
    >>> "REF tbl_fit" in openxml_reference("tbl_fit", "Table 3")
    True
    """
    return field(rf"REF {bookmark} \h", shown)


def field(code: str, shown: str) -> str:
    """A field with what it shows until it is computed again."""
    kinds = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    told = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    return f"{kinds[0]}{told}{kinds[1]}{run(shown)}{kinds[2]}"


def run(text: str, properties: str = "") -> str:
    """Text with its looks; line ends become breaks."""
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    parts = [f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n")]
    return f"<w:r>{looks}{'<w:br/>'.join(parts)}</w:r>"


def paragraph(runs: str, style: str, properties: str = "") -> str:
    """A paragraph of its style; `properties` follow the style."""
    return f'<w:p xmlns:w="{NAMESPACE}"><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _table(sheet: Sheet) -> str:
    points, scale = paper_widths(sheet)
    widths = [round(20 * width) for width in points]
    rows = [_headings(sheet, widths)]
    for group, body in sheet.grouped_rows():
        if group:
            rows.append(_row([_cell(group, sum(widths), "TableHead", span=len(widths), shaded=True)]))
        rows += _body(sheet, body, widths)
    if scale < 1:
        rows = [_smaller(row, scale) for row in rows]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl xmlns:w="{NAMESPACE}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f"<w:tblBorders>{_line('top', THICK)}{_line('bottom', THICK)}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
        f'</w:tblCellMar><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape(sheet.stamped_title, {chr(34): "&quot;"})}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _headings(sheet: Sheet, widths: list[int]) -> str:
    """Headings over columns, and the headings; both are repeated on every page."""
    lines = ""
    if sheet.spanners:
        position, cells = 0, []
        for label, count in sheet.spanner_cells():
            width = sum(widths[position : position + count])
            cells.append(_cell(label, width, "TableHead", count, rule=THIN if label else 0, place="center"))
            position += count
        lines = _row(cells, header=True)
    cells = [
        _cell(name, width, "TableHead", rule=MIDDLE, place="right" if numeric else "")
        for name, width, numeric in zip(sheet.header, widths, sheet.numeric, strict=True)
    ]
    return lines + _row(cells, header=True)


def _body(sheet: Sheet, rows: Rows, widths: list[int]) -> list[str]:
    return [
        _row(
            [
                _cell(text, width, "TableText", place="right" if numeric else "")
                for text, width, numeric in zip(row, widths, sheet.numeric, strict=True)
            ]
        )
        for row in sheet.without_repeats(rows)
    ]


def _row(cells: list[str], header: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if header else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _smaller(row: str, scale: float) -> str:
    """The row in letters scaled down: runs without a size of their own get one."""
    sized = row.replace("<w:r><w:t", f'<w:r><w:rPr><w:sz w:val="{round(SIZE * scale)}"/></w:rPr><w:t')
    return sized.replace(f'<w:sz w:val="{SMALL}"/>', f'<w:sz w:val="{round(SMALL * scale)}"/>')


def _cell(
    text: str, width: int, style: str, span: int = 1, rule: int = 0, place: str = "", shaded: bool = False
) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    ruled = f"<w:tcBorders>{_line('bottom', rule)}</w:tcBorders>" if rule else ""
    ground = '<w:shd w:val="clear" w:color="auto" w:fill="EEF3F8"/>' if shaded else ""
    placed = f'<w:jc w:val="{place}"/>' if place else ""
    name, _, gloss = text.partition("\n")
    explained = f"<w:r><w:br/></w:r>{run(gloss, GLOSS)}" if gloss else ""
    inner = paragraph(run(name) + explained, style, placed).replace(f' xmlns:w="{NAMESPACE}"', "")
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{ruled}{ground}</w:tcPr>{inner}</w:tc>'


def _line(side: str, size: int, color: str = "1B1F24") -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
