"""Write a form as a workbook in which only answers and comments can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.content.forms.design import Block, FormDesign
from mlbc_stats.survey.content.forms.judgment_tasks import (
    ALWAYS,
    COMMENT,
    HIDDEN,
    SHEET,
    Question,
    headings,
    meanings,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE, DEFINITIONS = "Read me first", "Definitions"
WIDTHS = {"No.": 6, "Item": 72, COMMENT: 40}
ANSWER_WIDTH, CHOICE_WIDTH, LINE = 21, 36, 15
INK, TINT, ANSWER, RULE = "1B1F24", "DCE7F2", "FFF8E1", "C3CAD2"
FACE = "Calibri"


def write_workbook(design: FormDesign, blocks: Sequence[Block], judge: str, path: Path) -> None:
    """Write the form of one judge; blocks in the order shown.

    Raises
    ------
    InstrumentError
        when a text holds a control character, which no workbook can carry.
    """
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError
    from openpyxl.workbook.protection import WorkbookProtection

    book = Workbook()
    book.properties.title = f"{design.kind.title}: {design.instrument.title[design.instrument.languages[0]]}"
    book.properties.creator = "mlbc-stats"
    book.security = WorkbookProtection(lockStructure=True)
    try:
        _guide(book, design, judge)
        if design.kind.name == "sort":
            _definitions(book, design)
        _form(book, design, blocks, judge)
    except IllegalCharacterError as error:
        raise InstrumentError(
            f"instrument {design.instrument.id}: a text holds a control character that a workbook cannot "
            f"carry: {str(error)[:80]!r}; take it out of the item or definition"
        ) from None
    book.active = book.sheetnames.index(GUIDE)
    book.save(path)


def _guide(book: Workbook, design: FormDesign, judge: str) -> None:
    """The first sheet: what to do, and what the answers mean."""
    from openpyxl.styles import Font

    sheet = book.active
    sheet.title = GUIDE
    sheet.column_dimensions["A"].width = 95
    title = _put(sheet, 1, 1, design.kind.title)
    title.font = Font(name=FACE, size=16, bold=True, color=INK)
    count = len(design.cells)
    lines = [
        *design.kind.instructions,
        *ALWAYS,
        f'Go to the sheet "{SHEET}" and answer in the yellow cells, {count} rows in all; '
        "a list opens at each cell. Then save the file and send it back.",
    ]
    lines += [meaning for question in design.questions for meaning in meanings(question)]
    about = design.instrument
    lines += ["", f"What is judged: {about.title[about.languages[0]]}, version {about.version}"]
    lines += [f"What every item is about: {about.focal_object}", f"Judge: {judge}", f"Form: {design.token}"]
    for row, line in enumerate(lines, 3):
        _put(sheet, row, 1, line)
        sheet.row_dimensions[row].height = LINE * _lines(line, 85)
    _protect(sheet)


def _definitions(book: Workbook, design: FormDesign) -> None:
    """The sheet of definitions; its first column is what the lists of the form choose from."""
    from openpyxl.styles import Font

    sheet = book.create_sheet(DEFINITIONS)
    sheet.column_dimensions["A"].width = CHOICE_WIDTH
    sheet.column_dimensions["B"].width = 100
    defined = [design.instrument.construct(name).definition for name in design.constructs]
    for row, (choice, text) in enumerate(zip(design.choices, [*defined, ""], strict=True), 1):
        _put(sheet, row, 1, choice).font = Font(name=FACE, bold=True, color=INK)
        _put(sheet, row, 2, text)
        sheet.row_dimensions[row].height = LINE * max(_lines(text, 95), _lines(choice, CHOICE_WIDTH - 4))
    _protect(sheet)


def _form(book: Workbook, design: FormDesign, blocks: Sequence[Block], judge: str) -> None:
    """The sheet that is answered."""
    from openpyxl.styles import Font

    sheet = book.create_sheet(SHEET)
    names = headings(design.questions)
    for column, name in enumerate(names, 1):
        _put(sheet, 1, column, name).font = Font(name=FACE, bold=True, color=INK)
    _layout(sheet, names)
    lists = [_list(sheet, design, question) for question in design.questions]
    row, number = 2, 0
    for block in blocks:
        if block.construct is not None:
            code = f"#{design.letters[block.construct.id]}"
            _heading_row(
                sheet, row, (design.token, judge, code, "", design.heading(block.construct)), len(names)
            )
            row += 1
        for item in block.items:
            number += 1
            code = design.code(item, block.construct)
            _item_row(sheet, row, (design.token, judge, code, number, design.text(item)), lists)
            row += 1
    _protect(sheet)


def _heading_row(sheet: Worksheet, row: int, cells: Sequence[str], width: int) -> None:
    """The line with the definition of a block."""
    from openpyxl.styles import Font, PatternFill

    for column, text in enumerate(cells, 1):
        _put(sheet, row, column, text).font = Font(name=FACE, bold=True, color=INK)
    for column in range(len(HIDDEN) + 1, width + 1):
        sheet.cell(row, column).fill = PatternFill("solid", fgColor=TINT)
    sheet.row_dimensions[row].height = LINE * _lines(cells[-1], 62) + 4


def _item_row(
    sheet: Worksheet, row: int, cells: Sequence[str | int], lists: Sequence[DataValidation]
) -> None:
    """The line of an item: what is judged, one answer cell per question, one for the comment."""
    from openpyxl.styles import Alignment

    for column, text in enumerate(cells, 1):
        _put(sheet, row, column, text)
    sheet.cell(row, len(HIDDEN) + 1).alignment = Alignment(horizontal="center", vertical="top")
    sheet.row_dimensions[row].height = LINE * _lines(str(cells[-1]), 70) + 4
    for column, allowed in enumerate(lists, len(cells) + 1):
        _open(sheet, row, column)
        sheet.cell(row, column).alignment = Alignment(horizontal="center", vertical="top", wrap_text=True)
        allowed.add(sheet.cell(row, column))
    _open(sheet, row, len(cells) + len(lists) + 1)


def _layout(sheet: Worksheet, names: Sequence[str]) -> None:
    """Widths, hidden columns, and the head that stays on screen and paper."""
    from openpyxl.utils import get_column_letter

    for column, name in enumerate(names, 1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = WIDTHS.get(name, CHOICE_WIDTH if name.startswith("Def") else ANSWER_WIDTH)
        dimension.hidden = name in HIDDEN
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _list(sheet: Worksheet, design: FormDesign, question: Question) -> DataValidation:
    """The list that a cell offers; anything else is refused while typing."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if question.options:
        source, choices = f'"{",".join(question.options)}"', " ".join(question.options)
    else:
        source, choices = f"='{DEFINITIONS}'!$A$1:$A${len(design.choices)}", "one of the list"
    allowed = DataValidation(type="list", formula1=source.removeprefix("="), allow_blank=True)
    allowed.error, allowed.errorTitle = f"Please choose: {choices}"[:255], question.heading[:32]
    allowed.showErrorMessage = True
    sheet.add_data_validation(allowed)
    return allowed


def _put(sheet: Worksheet, row: int, column: int, value: str | int) -> Cell:
    """Write a text as text: one that begins like a formula must not become one."""
    from openpyxl.styles import Alignment, Border, Side

    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if sheet.title == SHEET:
        cell.border = Border(bottom=Side("thin", color=RULE))
    return cell


def _open(sheet: Worksheet, row: int, column: int) -> None:
    """Make one cell an answer cell."""
    from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side

    cell = sheet.cell(row, column)
    cell.protection = Protection(locked=False)
    cell.fill = PatternFill("solid", fgColor=ANSWER)
    cell.border = Border(bottom=Side("thin", color=RULE), left=Side("thin", color=RULE))
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _protect(sheet: Worksheet) -> None:
    """Lock everything but the open cells; widths and heights may be changed. Print as wide as the paper."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column of this width, about."""
    return sum(max(1, -(-len(line) // width)) for line in text.splitlines() or [""])
