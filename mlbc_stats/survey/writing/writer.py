"""Write responses to a plain CSV, Excel or SPSS file that the reader gives back unchanged."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from mlbc_stats.errors import PersonalDataWarning, ResponseError
from mlbc_stats.inert_text import inert
from mlbc_stats.survey.files.workbooks import SPSS, WORKBOOK
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.privacy.personal import Guard, Personal
from mlbc_stats.survey.readers.assembly import SYNTHETIC_COLUMN, SYNTHETIC_MARK
from mlbc_stats.survey.responses.model import MissingReason, Responses, question_scale
from mlbc_stats.survey.writing.spss import write_spss
from mlbc_stats.survey.writing.workbook import write_workbook


def write(
    responses: Responses,
    path: str | Path,
    overwrite: bool = False,
    *,
    personal: Personal = "drop",
    key: str | None = None,
    keep: Collection[str] = (),
) -> Path:
    """Write one row per case: ids, questions in the order asked, other context, paradata.

    Codes are written as answered. A missing answer is written as the scale's code for its reason, else as the
    name of the reason; blank means not answered. Synthetic responses carry a first column ``synthetic`` with
    the word SYNTHETIC on every row, which the reader recognizes. UTF-8, commas, line feeds; text that a spreadsheet
    would run as a formula (``=``, ``+``, ``-``, ``@`` or a tab first) has an apostrophe before it, which the reader
    takes away. A path that ends in ``.sav`` becomes an SPSS file with the words of questions and answers as labels, one
    that ends in ``.xlsx`` a workbook.

    Parameters
    ----------
    responses : what to write.
    path : file to make; its folder must exist.
    overwrite : replace a file that is there already.
    personal : what becomes of addresses of mail and machines, names, places and free text, by the names of columns and
        by what stands in them. "drop" leaves such columns out, blanks free answers to questions of the instrument
        and puts numbers in the place of ids that are addresses; "hash" writes HMAC-SHA-256 under `key` (16
        hexadecimal digits), so that whoever has the key can still link persons; "keep" writes all as it is.
    key : of the hash; whoever knows it can find out who answered.
    keep : columns to write as they are whatever they hold.

    Returns
    -------
    Path of the file.

    Raises
    ------
    ResponseError
        when the file exists and `overwrite` is False, the folder does not exist, another `personal`, or a hash without
        a key.

    Warns
    -----
    PersonalDataWarning
        naming the columns that were dropped, blanked or hashed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=3, seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     file = survey.write(responses, Path(folder) / "three.csv")
    ...     text = file.read_text(encoding="utf-8")
    >>> text.splitlines()[1][:14]
    'SYNTHETIC,c000'
    """
    place = Path(path)
    if place.exists() and not overwrite:
        raise ResponseError(f"{place}: exists already; choose another name or pass overwrite=True")
    if not place.parent.is_dir():
        raise ResponseError(f"{place.parent}: no such folder; make it first")
    guard = Guard(personal, key, keep)
    columns = columns_of(responses, guard)
    if place.suffix.lower() == SPSS:
        write_spss(columns, responses, place)
    elif place.suffix.lower() == WORKBOOK:
        write_workbook(columns, responses, place)
    else:
        write_delimited(columns, place)
    if guard.touched:
        done = "left out or blanked" if personal == "drop" else "hashed"
        warnings.warn(
            f"{place.name}: {done}, as they may tell who answered: {', '.join(guard.touched)}; personal='keep' writes "
            "everything, keep=[...] some columns",
            PersonalDataWarning,
            stacklevel=2,
        )
    return place


def write_delimited(columns: Mapping[str, list[str]], place: Path) -> None:
    """Columns as CSV: UTF-8, commas, line feeds, text inert."""
    rows = [tuple(columns), *zip(*columns.values(), strict=True)]
    with place.open("w", encoding="utf-8", newline="") as file:
        file.writelines(",".join(map(_quoted, row)) + "\n" for row in rows)


def _quoted(text: str) -> str:
    """A cell in quotation marks where it needs them; the csv module leaves a lone carriage return bare."""
    cell = inert(text)
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\r\n') else cell


def columns_of(responses: Responses, guard: Guard) -> dict[str, list[str]]:
    """Columns of a file of responses as text, in their order."""
    marks = {SYNTHETIC_COLUMN: [SYNTHETIC_MARK] * responses.n} if responses.synthetic else {}
    ids = {
        name: guard.ids(name, given.tolist(), letter)
        for name, given, letter in (
            ("case_id", responses.case_ids, "c"),
            ("unit_id", responses.unit_ids, "u"),
        )
    }
    questions = {
        question.id: _question(responses, question.id, guard) for question in responses.instrument.sequence
    }
    other = {
        name: guard.column(name, [str(cell) for cell in responses.context[name]])
        for name in responses.context.columns
        if name not in questions
    }
    left = {name: cells for name, cells in other.items() if cells is not None}
    paradata = {name: _texts(responses.paradata[name].tolist()) for name in responses.paradata.columns}
    return {**marks, **ids, **questions, **left, **paradata}


def _question(responses: Responses, name: str, guard: Guard) -> list[str]:
    if name in responses.item_ids:
        place = responses.item_ids.index(name)
        codes, reasons = responses.codes[:, place], responses.reasons[:, place]
    elif name in responses.context_reasons.columns:
        codes, reasons = responses.context[name].to_numpy(float), responses.context_reasons[name].to_numpy()
    else:
        return guard.text(name, responses.context[name].tolist())
    words = _reason_words(question_scale(responses.instrument, name))
    return [
        _number(code) if reason == 0 else words[reason] for code, reason in zip(codes, reasons, strict=True)
    ]


def _reason_words(scale: ResponseScale) -> dict[int, str]:
    """What is written for each reason: blank, the scale's missing code, or the reason's name."""
    words = {int(reason): reason.name.lower() for reason in MissingReason}
    words |= {int(MissingReason[code.reason.upper()]): str(code.value) for code in reversed(scale.missing)}
    words[int(MissingReason.NOT_ANSWERED)] = ""
    return words


def _texts(values: list[object]) -> list[str]:
    return [_number(value) if isinstance(value, float) else str(value) for value in values]


def _number(value: float) -> str:
    """Shortest text that reads back as the same number; blank for NaN."""
    if np.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))
