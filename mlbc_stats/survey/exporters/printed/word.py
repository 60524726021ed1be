"""The sheet as a Word file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

BOX = "☐"
ADDED = datetime(2000, 1, 1)
"""A day for the properties, so that the same questionnaire gives the same file."""


def word_bytes(sheet: dict[str, Any]) -> bytes:
    """Headings, lists of boxes and grids whose head is repeated on every page; every block begins a page."""
    import docx

    word = docx.Document()
    _prepare(word, sheet)
    word.add_heading(sheet["title"], 0)
    if sheet["draft"]:
        word.add_paragraph("DRAFT TRANSLATION, not reviewed").runs[0].bold = True
    word.add_paragraph(f"{sheet['unit']}: ______________________")
    if sheet["consent"]:
        word.add_heading(sheet["consent_title"], 1)
        for paragraph in sheet["consent"]:
            word.add_paragraph(paragraph)
        _boxes(word, sheet["consent_answers"])
    for page in sheet["pages"]:
        word.add_page_break()
        for paragraph in page["words"]:
            word.add_paragraph(paragraph)
        for part in page["parts"]:
            _grid(word, part) if part["kind"] == "grid" else _single(word, part, sheet["none"])
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def _prepare(word: Any, sheet: dict[str, Any]) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(1.8))
    word.styles["Normal"].font.name, word.styles["Normal"].font.size = "Calibri", Pt(10)
    section.footer.paragraphs[0].text = f"{sheet['title']} · {sheet['version']}"
    known = word.core_properties
    known.title, known.language, known.author, known.comments = (
        sheet["title"],
        sheet["language"],
        "mlbc-stats",
        "",
    )
    known.created = known.modified = ADDED


def _boxes(word: Any, answers: list[tuple[int, str]]) -> None:
    from docx.shared import Cm, Pt

    for value, label in answers:
        line = word.add_paragraph(f"{BOX} {label}")
        line.paragraph_format.left_indent, line.paragraph_format.space_after = Cm(0.8), Pt(1)
        _code(line, str(value))


def _code(line: Any, text: str) -> None:
    """Small, for who types in the answers."""
    from docx.shared import Pt, RGBColor

    run = line.add_run(f"  {text}")
    run.font.size, run.font.color.rgb = Pt(7), RGBColor(0x66, 0x66, 0x66)


def _question(line: Any, question: dict[str, Any]) -> None:
    line.add_run(f"{question['number']}. {question['text']}")
    if question["only"]:
        line.add_run(f"\n{question['only']}").italic = True


def _single(word: Any, part: dict[str, Any], none: str) -> None:
    question = word.add_paragraph()
    question.paragraph_format.keep_with_next = True
    _question(question, part["questions"][0])
    if part["kind"] in ("text", "number"):
        word.add_paragraph("_" * (12 if part["kind"] == "number" else 90))
        if part["none"]:
            word.add_paragraph(none)
    _boxes(word, [*part["answers"], *part["none"]])


def _grid(word: Any, part: dict[str, Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    answers = [*part["answers"], *part["none"]]
    table = word.add_table(rows=1, cols=1 + len(answers))
    table.style, table.autofit = "Table Grid", False
    for cell, (value, label) in zip(table.rows[0].cells[1:], answers, strict=True):
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(label).font.size = Pt(7.5)
        _code(line, str(value))
    _repeated(table.rows[0])
    for question in part["questions"]:
        cells = table.add_row().cells
        _question(cells[0].paragraphs[0], question)
        for cell in cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            cell.paragraphs[0].add_run(BOX)
    for place, column in enumerate(table.columns):
        column.width = Cm(8.2) if place == 0 else Cm(17.9 / len(answers))
        for cell in column.cells:
            cell.width = column.width
    word.add_paragraph()


def _repeated(row: Any) -> None:
    """The head of a table comes again on every page; rows are not torn."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
