"""Write a document as a Word file with real styles, counted captions, repeated table headers and its language set."""

from __future__ import annotations

import io
from typing import Any

from mlbc_stats.errors import NotServedError
from mlbc_stats.report.documents.blocks import Notice, Section
from mlbc_stats.report.documents.content import Content, spoken
from mlbc_stats.report.documents.printed.docx_styles import prepare
from mlbc_stats.report.documents.printed.zipped import moment, settled
from mlbc_stats.report.figures.figure import Figure
from mlbc_stats.report.figures.svg import view_box
from mlbc_stats.report.render.openxml import openxml_caption, openxml_table
from mlbc_stats.report.render.sheet import SYNTHETIC, SYNTHETIC_NOTE
from mlbc_stats.report.tables.table import Table

USABLE_INCHES = 17 / 2.54
"""Text width: A4 less two margins of 2 cm."""
TALLEST_INCHES = 8.5


def docx_bytes(document: Content) -> bytes:
    """The document as the bytes of a .docx file; the same content and date give the same bytes.

    Raises
    ------
    NotServedError
        when python-docx is not installed (the extra ``paper``).
    """
    try:
        import docx
    except ImportError:
        raise NotServedError(
            "Word files need python-docx: install mlbc-stats with its extra, pip install 'mlbc-stats[paper]'"
        ) from None
    word = docx.Document()
    prepare(word, document.language, document.title, document.stamped)
    properties = word.core_properties
    properties.title, properties.language, properties.author = document.title, document.language, "mlbc-stats"
    properties.comments = ""
    properties.created = properties.modified = moment()
    _head(word, document)
    counter = {Table: 0, Figure: 0}
    for section in document.sections:
        _section(word, document, section, counter)
    if document.manifest:
        word.add_heading("What this document rests on", 1)
        for name, value in document.manifest.items():
            word.add_paragraph(f"{name}: {spoken(value)}", style="List Bullet")
    stream = io.BytesIO()
    word.save(stream)
    return settled(stream.getvalue())


def _head(word: Any, document: Content) -> None:
    if document.stamped:
        word.add_paragraph("SYNTHETIC DATA: no respondent gave these answers.", style="Notice")
    word.add_paragraph(document.title, style="Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, style="Subtitle")


def _section(word: Any, document: Content, section: Section, counter: dict[type, int]) -> None:
    word.add_heading(section.title, 1)
    for block in section.blocks:
        if isinstance(block, Notice):
            word.add_paragraph(block.text, style="Notice")
        elif isinstance(block, str):
            for paragraph in block.split("\n\n"):
                word.add_paragraph(paragraph)
        elif isinstance(block, Table | Figure):
            kind = type(block)
            counter[kind] += 1
            marked = block if block.synthetic is not None else block.marked(document.synthetic)
            if isinstance(marked, Table):
                _append(word, openxml_table(marked.sheet("−"), counter[kind]))
            else:
                _figure(word, marked, counter[kind])
        else:
            for point in block:
                word.add_paragraph(point, style="List Bullet")


def _append(word: Any, elements: list[str]) -> None:
    """Elements in WordprocessingML at the end of the text, before the properties of the page."""
    from docx.oxml import parse_xml

    body = word.element.body
    for element in elements:
        body.insert(len(body) - 1, parse_xml(element))


def _figure(word: Any, figure: Figure, number: int) -> None:
    """The drawing in pixels with its description for those who cannot see it, its caption above, its notes below."""
    from docx.shared import Inches

    title = f"{figure.title} ({SYNTHETIC} data)" if figure.synthetic else figure.title
    _append(word, [openxml_caption("Figure", number, title)])
    width, height = picture_inches(figure)
    word.add_picture(io.BytesIO(figure.to_png()), width=Inches(width), height=Inches(height))
    word.paragraphs[-1].paragraph_format.keep_with_next = False
    for drawn in word.element.body[-2].iter("{*}docPr"):
        drawn.set("descr", figure.description or figure.title)
        drawn.set("name", f"Figure {number}")
    for note in (SYNTHETIC_NOTE, *figure.notes) if figure.synthetic else figure.notes:
        word.add_paragraph(note, style="Table Note")


def picture_inches(figure: Figure) -> tuple[float, float]:
    """Width and height on paper: as drawn, scaled down to what a page of A4 has room for.

    Examples
    --------
    >>> picture_inches(Figure("A dot", '<svg viewBox="0 0 72 36"></svg>'))
    (1.0, 0.5)
    """
    _, _, width, height = (value / 72 for value in view_box(figure.svg))
    scale = min(1.0, USABLE_INCHES / width, TALLEST_INCHES / height)
    return width * scale, height * scale
