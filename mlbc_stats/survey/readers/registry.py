"""Read a file of responses: the platforms served, and the way from a file to responses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from mlbc_stats.errors import InstrumentError, NotServedError, ResponseError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument
from mlbc_stats.survey.questionnaire.model import Questionnaire
from mlbc_stats.survey.readers.assembly import Identity, assemble_export
from mlbc_stats.survey.readers.export import Export, checked_mark
from mlbc_stats.survey.readers.files.table import RawTable, read_table
from mlbc_stats.survey.readers.matching import match_columns
from mlbc_stats.survey.readers.platforms.plain import plain
from mlbc_stats.survey.readers.platforms.qualtrics import SYSTEM_COLUMNS, is_qualtrics, qualtrics, repetitions
from mlbc_stats.survey.responses.model import Responses

AUTO = "auto"
"""Platform of a file that is to be recognised."""
PLATFORMS: Mapping[str, Callable[[RawTable], Export]] = MappingProxyType(
    {"plain": plain, "qualtrics": qualtrics}
)
"""Name of a platform → the function that understands its tables; a platform is one file and one entry."""
LISTED = 5
"""Ids that a note lists."""
REPEATABLE: Mapping[str, frozenset[str]] = MappingProxyType({"qualtrics": SYSTEM_COLUMNS})
"""Columns of a platform whose names other data may bear as well; the first is the platform's."""


def read(
    path: str | Path,
    instrument: Instrument | Questionnaire | str | Path,
    platform: str = AUTO,
    encoding: str | None = None,
    id_column: str | None = None,
    unit_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    allow_absent: bool = False,
    decimal: str | None = None,
    language: str | None = None,
) -> Responses:
    """Read a file of responses and check every answer against its scale.

    Parameters
    ----------
    path : CSV file, Excel workbook (.xlsx, its first sheet) or SPSS file (.sav).
    instrument : the instrument or composed questionnaire that was answered, or an instrument's name or path.
    platform : "plain" (one header row, columns named after items), "qualtrics" (numeric values or choice text;
        three header rows, or the older two) or "auto", which recognises Qualtrics by its header rows.
    encoding : of the file; by default a byte-order mark decides, else UTF-8 is required.
    id_column : column of case ids; by default one of the usual names (``case_id``, ``ResponseId``, ``id``, ...), else
        the line numbers.
    unit_column : column naming the solution or organization; by default one of the usual names (``unit_id``,
        ``solution_id``, ``SolutionID``, ...), else every case is a unit of its own.
    columns : column → item id, for columns that are not named after their item.
    delimiter : column separator; by default the one of ``, ; tab |`` that fits the header.
    allow_absent : accept an export that lacks some items; they become `NOT_ASKED`.
    decimal : mark before decimals, "." or ","; by default every cell tells by itself (``3,5``; ``1,540.25``) or the
        other cells of its column and file do.
    language : in which labels and question texts of the file are written, such as "de", where that is not the
        instrument's own; its translation is taken along.

    Returns
    -------
    Responses, with codes as answered: reversed items are turned by `keyed`, never here. Blank cells are
    `NOT_ANSWERED`, routed-out ones `NOT_APPLICABLE`; columns of no item are kept as context, unchanged.

    Raises
    ------
    ResponseError
        for a file that cannot be read, items without a column (all named), answers outside their scale,
        text in a numeric column and numbers that can be read in two ways (``1,540``; all listed, by line of the
        file and item), and rows without an id.
    DataError
        for another `decimal`.
    InstrumentError
        for a `language` without a translation.
    NotServedError
        for an unknown platform.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> population = survey.pilot_population()
    >>> with TemporaryDirectory() as folder:
    ...     file = survey.write(survey.simulate(population, n=5, seed=1), Path(folder) / "five.csv")
    ...     responses = survey.read(file, population.instrument)
    >>> responses.n, responses.synthetic
    (5, True)
    """
    if platform not in (AUTO, *PLATFORMS):
        raise NotServedError(
            f"platform {platform!r} is not served; choose one of {', '.join((AUTO, *sorted(PLATFORMS)))}"
        )
    chosen = _instrument(instrument, language)
    export = replace(understood(path, platform, encoding, delimiter), decimal=checked_mark(decimal))
    if not export.table.rows:
        raise ResponseError(f"{export.table.source}: the file has a header but no responses")
    identity = _identify(export, id_column, unit_column)
    return assemble_export(export, chosen, match_columns(export, chosen, columns, allow_absent), identity)


def _instrument(given: Instrument | Questionnaire | str | Path, language: str | None) -> Instrument:
    """The instrument with its labels in the language of the file."""
    if isinstance(given, str | Path):
        return load_instrument(given, (language,) if language else ())
    chosen = given.instrument if isinstance(given, Questionnaire) else given
    if language and language not in chosen.languages:
        raise InstrumentError(
            f"instrument {chosen.id} is loaded in {', '.join(chosen.languages)}, not in {language!r}; name it, or load "
            f"it with languages=[{language!r}]"
        )
    return chosen


def understood(path: str | Path, platform: str, encoding: str | None, delimiter: str | None) -> Export:
    """The table by its platform, which is recognised where none is named."""
    repeatable = SYSTEM_COLUMNS if platform == AUTO else REPEATABLE.get(platform, frozenset())
    table = read_table(path, encoding, delimiter, repeatable=repeatable)
    if platform != AUTO:
        return PLATFORMS[platform](table)
    if not is_qualtrics(table):  # where a name occurs twice, reading again refuses it
        return plain(read_table(path, encoding, delimiter) if repetitions(table.names) else table)
    export = qualtrics(table)
    return replace(export, notes=("recognised as an export of Qualtrics", *export.notes))


def _identify(export: Export, id_column: str | None, unit_column: str | None) -> Identity:
    case_column = find_column(export, id_column, export.ids, "id_column")
    place = find_column(export, unit_column, export.units, "unit_column")
    lines = [str(line) for line in export.table.lines]
    cases = _ids(export, case_column) if case_column else lines
    units = _ids(export, place) if place else cases
    used = tuple(name for name in (case_column, place) if name)
    notes = (*_named(case_column, place), *_repeated(cases, case_column))
    return Identity(used, np.array(cases, dtype=object), np.array(units, dtype=object), notes, place or "")


def _named(case_column: str | None, unit_column: str | None) -> tuple[str, ...]:
    cases = f"cases are named by column {case_column}" if case_column else "cases are named by their lines"
    units = f"units by column {unit_column}" if unit_column else "every case is a unit of its own"
    return (f"{cases}, {units}",)


def _repeated(cases: list[str], column: str | None) -> tuple[str, ...]:
    again = [name for name, count in Counter(cases).items() if count > 1]
    if not again:
        return ()
    shown = ", ".join(again[:LISTED]) + (" …" if len(again) > LISTED else "")
    return (f"{len(again)} id(s) of column {column} occur more than once: {shown}; screening marks them",)


def find_column(export: Export, asked: str | None, usual: tuple[str, ...], argument: str) -> str | None:
    names = export.table.names
    if asked is not None and asked not in names:
        raise ResponseError(
            f"{export.table.source}: {argument}={asked!r} is not a column{did_you_mean(asked, names)}; "
            f"the file has {', '.join(names)}"
        )
    plain_names = {_squeezed(name): name for name in reversed(names)}
    return asked or next((plain_names[name] for name in map(_squeezed, usual) if name in plain_names), None)


def _squeezed(name: str) -> str:
    """A name without case, blanks, hyphens and underscores: SolutionID is solution_id."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _ids(export: Export, column: str) -> list[str]:
    """Ids as text, so that 007 and NA stay what they are."""
    ids = [cell.strip() for cell in export.table.column(column)]
    empty = [str(line) for line, cell in zip(export.table.lines, ids, strict=True) if not cell]
    if empty:
        raise ResponseError(
            f"{export.table.source}: no id in column {column} at row(s) {', '.join(empty)}; "
            "fill them in or name another column"
        )
    return ids
