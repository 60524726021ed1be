"""Write columns of responses as an Excel workbook in which text stays text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats.errors import ResponseError

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def write_workbook(columns: Mapping[str, list[str]], responses: Responses, place: Path) -> None:
    """One sheet: numbers where a cell of a question or of the record of answering is one, text everywhere else.

    Text is marked as such (in Excel an apostrophe stands before it), so that none is run as a formula and ids such as
    ``007`` keep their zeros.

    Raises
    ------
    ResponseError
        a character that no workbook can hold.
    """
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    numeric = {question.id for question in responses.instrument.sequence} | set(responses.paradata.columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("responses")
    try:
        sheet.append([_cell(sheet, name, False) for name in columns])
        for row in zip(*columns.values(), strict=True):
            sheet.append(
                [_cell(sheet, text, name in numeric) for name, text in zip(columns, row, strict=True)]
            )
    except IllegalCharacterError as error:
        raise ResponseError(f"{place.name}: {error}; no workbook can hold it, so write a CSV file") from None
    book.save(place)


def _cell(sheet: Any, text: str, numeric: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not text or (numeric and NUMBER.fullmatch(text)):
        return float(text) if text else None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
