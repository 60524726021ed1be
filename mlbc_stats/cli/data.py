"""Read the data and models that commands are given: raw tables, covariance matrices, model text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlbc_stats.cli.options import Decimal, Delimiter, Encoding
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.number_text import (
    MISSING,
    Convention,
    describe_doubt,
    find_marks,
    is_number,
)

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.survey.files.table import RawTable

ROW_NAMES = "row_names"
CALIBRATE = ("(sets.calibrate)", "(--calibrate)")
"""Advice as it is written for Python, and for a command."""
MODEL_SIGNS = ("=~", "~", "<~", "\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read; None where the file itself tells.

    Attributes
    ----------
    encoding : of the file.
    delimiter : between columns.
    decimal : mark before decimals, "." or ",".
    """

    encoding: Encoding = None
    delimiter: Delimiter = None
    decimal: Decimal = None


AS_TOLD = Reading()
"""Everything as the file itself tells."""


def read_frame(path: Path, reading: Reading = AS_TOLD) -> pd.DataFrame:
    """A CSV file as numbers where every cell is one, as text where not; blank, NA and "." are missing.

    A byte-order mark, CRLF line ends, a first line ``sep=;`` and a blank last line need no care. Text columns are
    kept: they may name groups, and a model that uses one as a number gets a message with the row.

    Raises
    ------
    ResponseError
        an empty file, another encoding, repeated names, rows longer or shorter than the header.
    DataError
        a number that can be read in two ways (``1,540``), or not by the decimal mark given; another `decimal`.
    """
    import pandas as pd

    from mlbc_stats.survey.files.table import read_table
    from mlbc_stats.survey.readers.export import checked_mark

    table = read_table(path, reading.encoding, reading.delimiter, row_names=ROW_NAMES)
    if not table.n:
        raise DataError(f"{table.source}: the file has a header but no rows of data")
    frame = pd.DataFrame(_converted(table, checked_mark(reading.decimal)))
    frame.attrs |= {"source": table.source, "lines": table.lines}
    return frame


@contextmanager
def speaking_of(frame: pd.DataFrame) -> Iterator[None]:
    """Messages about data name their file and the lines of it, instead of rows of a table nobody sees.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": ["x"]})
    >>> frame.attrs |= {"source": "data.csv", "lines": (2,)}
    >>> with speaking_of(frame):
    ...     raise DataError("column 'a' should hold numbers but has row 1 'x'")
    Traceback (most recent call last):
    mlbc_stats.errors.DataError: data.csv: column 'a' should hold numbers but has line 2 'x'
    """
    if "lines" not in frame.attrs:  # answers to an instrument, whose reader has told file and line
        yield
        return
    lines = frame.attrs["lines"]

    def line(found: re.Match[str]) -> str:
        row = int(found[1])
        return f"line {lines[row - 1]}" if 0 < row <= len(lines) else found[0]

    try:
        yield
    except DataError as error:
        text = re.sub(r"\brow (\d+)\b", line, str(error))
        raise DataError(f"{frame.attrs['source']}: {text.replace(*CALIBRATE)}") from None


def read_covariance(path: Path, reading: Reading = AS_TOLD) -> pd.DataFrame:
    """A covariance matrix with the variables' names in the header, and perhaps again in a first column.

    A lower triangle is enough: cells above the diagonal may be blank.

    Raises
    ------
    DataError
        when it is not square, its names differ, a cell is text, or the two triangles disagree.
    """
    import numpy as np
    import pandas as pd

    frame = _without_names(read_frame(path, reading), path.name)
    names = [str(name) for name in frame.columns]
    if len(frame) != len(names):
        shape = f"{len(frame)} rows for {len(names)} variables"
        raise DataError(f"{path.name}: {shape}, expected a square matrix")
    text = [name for name in names if not _is_numeric(frame[name])]
    if text:
        raise DataError(f"{path.name}: column {text[0]!r} holds text, expected covariances")
    values = frame.to_numpy(dtype=float)
    values = np.where(np.isnan(values), values.T, values)
    for problem, wrong in (("no covariance", np.isnan(values)), ("two covariances", ~_symmetric(values))):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise DataError(f"{path.name}: {problem} of {names[row]} with {names[column]}; correct the cell")
    return pd.DataFrame(values, index=names, columns=names)


def read_means(path: Path, reading: Reading = AS_TOLD) -> dict[str, float]:
    """Means by variable: names in the header, one row of numbers.

    Raises
    ------
    DataError
        when there is more than one row, or text in it.
    """
    frame = read_frame(path, reading)
    numeric = {str(name): frame[name].iloc[0] for name in frame.columns if _is_numeric(frame[name])}
    if len(frame) != 1 or not numeric:
        raise DataError(
            f"{path.name}: expected names in the header and one row of means, got {len(frame)} rows"
        )
    return {name: float(value) for name, value in numeric.items()}


def read_model(model: str, encoding: str | None = None) -> str:
    """Model text: the contents of a file, or the argument itself when it is written in lavaan syntax.

    Raises
    ------
    ModelError
        when it is neither a file nor syntax.
    """
    path = Path(model)
    if len(model) < 500 and "\n" not in model and path.is_file():
        try:
            model = path.read_bytes().decode(encoding or "utf-8-sig")
        except UnicodeDecodeError as error:
            problem = f"byte {error.start} is not {encoding or 'UTF-8'}"
            raise ModelError(f"{path}: {problem}; pass --encoding or save it as UTF-8") from None
        return _not_empty(model, f"{path}: ")
    if any(sign in _not_empty(model) for sign in MODEL_SIGNS):
        return model
    raise ModelError(f"{model!r} is neither a file nor a model in lavaan syntax (no =~ or ~ in it)")


def _not_empty(model: str, where: str = "") -> str:
    if not model.strip():
        raise ModelError(f"{where}the model is empty; write at least one relation such as f =~ x1 + x2 + x3")
    return model


def _without_names(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """The matrix without a first column that repeats the names of the header."""
    first = frame.columns[0]
    if first != ROW_NAMES and _is_numeric(frame[first]):
        return frame
    names, rest = [str(name).strip() for name in frame[first]], frame.drop(columns=first)
    if names != list(rest.columns):
        if first != ROW_NAMES:
            return frame
        raise DataError(f"{source}: row names {names} differ from the header {list(rest.columns)}")
    return rest


def _is_numeric(column: pd.Series) -> bool:
    return column.dtype.kind in "fiub"


def _symmetric(values: Any) -> Any:
    """Cells that equal their mirror image, rounding aside."""
    import numpy as np

    return np.isclose(values, values.T, rtol=1e-6, atol=1e-10, equal_nan=True)


def _converted(table: RawTable, decimal: str | None) -> dict[str, list[float | str]]:
    """Columns as numbers where every cell is one; other columns stay text, to name groups or to be quoted."""
    cells = {name: [cell.strip() for cell in table.column(name)] for name in table.names}
    numeric = {name: set(held) - MISSING for name, held in cells.items()}
    numeric = {name: held for name, held in numeric.items() if all(map(is_number, held))}
    marks = {name: find_marks(held) for name, held in numeric.items()}
    file = frozenset[str]().union(*marks.values())
    known = {
        name: _numbers(table, name, held, Convention(decimal, marks[name], file))
        for name, held in numeric.items()
    }
    return {
        name: [known.get(name, {}).get(cell, _text(cell)) for cell in held] for name, held in cells.items()
    }


def _numbers(table: RawTable, name: str, cells: Set[str], convention: Convention) -> dict[str, float]:
    """Cell → its number, for a column that holds nothing but numbers."""
    readings = {cell: convention.read(cell) for cell in cells}
    wrong = [cell for cell, found in readings.items() if len(found) != 1]
    if wrong:
        column = [cell.strip() for cell in table.column(name)]
        first = min(wrong, key=column.index)
        found, line = readings[first], table.lines[column.index(first)]
        problem = describe_doubt(first, found) if found else f"{first!r} is no number by the mark given"
        remedy = "say which by --decimal . or --decimal ,"
        more = f" ({len(wrong) - 1} other values are like it)" if len(wrong) > 1 else ""
        raise DataError(f"{table.source}: line {line}, column {name!r}: {problem}{more}; {remedy}")
    return {cell: found[0] for cell, found in readings.items()}


def _text(cell: str) -> float | str:
    return float("nan") if cell in MISSING else cell
