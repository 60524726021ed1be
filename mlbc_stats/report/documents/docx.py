"""Write a document as a Word file with real styles, repeated table headers and its language set."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from typing import Any

from mlbc_stats.errors import NotServedError
from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.content import Content
from mlbc_stats.report.documents.docx_styles import FRAME_BORDERS, prepare, set_borders, set_header_row, shade
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.render.sheet import Sheet
from mlbc_stats.report.tables.table import Table

USABLE_CM = 17.0
"""Text width: A4 less two margins of 2 cm."""
LETTER_CM, PADDING_CM = 0.19, 0.42  # width of a letter in a table, and what a cell keeps free beside it
WIDEST = 80  # letters beyond which a longer text claims no more width


def docx_bytes(document: Content) -> bytes:
    """The document as the bytes of a .docx file.

    Raises
    ------
    NotServedError
        when python-docx is not installed (the extra ``paper``), or the document holds a figure: Word needs
        another kind of drawing than our SVG.
    """
    try:
        import docx
    except ImportError:
        raise NotServedError(
            "Word files need python-docx: install mlbc-stats with its extra, pip install 'mlbc-stats[paper]'"
        ) from None
    word = docx.Document()
    prepare(word, document.language, document.title)
    properties = word.core_properties
    properties.title, properties.language, properties.author = document.title, document.language, "mlbc-stats"
    properties.comments = ""
    properties.created = properties.modified = _now()
    _head(word, document)
    counter = [0]
    for section in document.sections:
        _section(word, document, section, counter)
    if document.manifest:
        word.add_heading("What this document rests on", 1)
        for name, value in document.manifest.items():
            word.add_paragraph(f"{name}: {value}", style="List Bullet")
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.replace(tzinfo=None, microsecond=0)


def _head(word: Any, document: Content) -> None:
    if document.stamped:
        word.add_paragraph("SYNTHETIC DATA: no respondent gave these answers.", style="Notice")
    word.add_paragraph(document.title, style="Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, style="Subtitle")


def _section(word: Any, document: Content, section: Section, counter: list[int]) -> None:
    word.add_heading(section.title, 1)
    for block in section.blocks:
        if isinstance(block, Figure):
            raise NotServedError(f"{block.title!r}: figures are not served in Word files; save it as .html")
        if isinstance(block, Notice):
            word.add_paragraph(block.text, style="Notice")
        elif isinstance(block, str):
            for paragraph in block.split("\n\n"):
                word.add_paragraph(paragraph)
        elif isinstance(block, Table):
            counter[0] += 1
            marked = block if block.synthetic is not None else block.marked(document.synthetic)
            _table(word, marked.sheet(), counter[0])
        else:
            for point in block:
                word.add_paragraph(point, style="List Bullet")


def _table(word: Any, sheet: Sheet, number: int) -> None:
    """Caption above, header rows that Word repeats on every page, groups as rows of their own, notes below."""
    word.add_paragraph(f"Table {number}. {sheet.stamped_title}", style="Caption")
    grid = word.add_table(rows=0, cols=len(sheet.header))
    grid.autofit = False
    headers = []
    if sheet.spanners:
        headers.append(grid.add_row())
        _spanners(headers[0], sheet)
    headers.append(grid.add_row())
    for cell, text in zip(headers[-1].cells, sheet.header, strict=True):
        _write(cell, text, "Table Head")
    for row in headers:
        set_header_row(row)
    for group, rows in sheet.grouped_rows():
        if group:
            line = grid.add_row()
            merged = line.cells[0].merge(line.cells[-1])
            _write(merged, group, "Table Head")
            shade(merged)
        for texts in sheet.without_repeats(rows):
            _row(grid, texts, sheet)
    for position, width in enumerate(_widths(sheet)):
        grid.columns[position].width = width
        for cell in grid.columns[position].cells:
            cell.width = width
    set_borders(grid, headers[-1], FRAME_BORDERS)
    for note in sheet.stamped_notes:
        word.add_paragraph(note, style="Table Note")
    word.add_paragraph(style="Table Note")


def _row(grid: Any, texts: tuple[str, ...], sheet: Sheet) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for cell, text, numeric in zip(grid.add_row().cells, texts, sheet.numeric, strict=True):
        paragraph = _write(cell, text, "Table Text")
        if numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _spanners(row: Any, sheet: Sheet) -> None:
    position = 0
    for label, width in sheet.spanner_cells():
        merged = row.cells[position].merge(row.cells[position + width - 1])
        _write(merged, label, "Table Head")
        position += width


def _write(cell: Any, text: str, style: str) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text)
    return paragraph


def _widths(sheet: Sheet) -> list[Any]:
    """Every column holds its longest word; what is left goes to the columns with long texts."""
    from docx.shared import Cm

    least, wanted = [], []
    for position, name in enumerate(sheet.header):
        texts = [name, *(row[position] for row in sheet.rows)]
        bold = max((len(part) + 1 for part in name.split()), default=0)  # bold letters are wider
        word = max(bold, *(len(part) for text in texts for part in (*text.split(), "")))
        least.append(word * LETTER_CM + PADDING_CM)
        wanted.append(min(WIDEST, max(len(text) for text in texts)) * LETTER_CM + PADDING_CM)
    spare = max(0.0, USABLE_CM - sum(least))
    claims = [max(0.0, want - have) for want, have in zip(wanted, least, strict=True)]
    total = sum(claims) or 1.0
    grown = [have + spare * claim / total for have, claim in zip(least, claims, strict=True)]
    scale = min(1.0, USABLE_CM / sum(grown))
    return [Cm(width * scale) for width in grown]
