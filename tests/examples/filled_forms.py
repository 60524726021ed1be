"""Fill in forms as judges would, on the demonstration instrument."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

from mlbc_stats.survey.content import write_forms
from mlbc_stats.survey.content.forms.design import FormDesign, design_form
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.loading.load import load_instrument
from tests.examples.demo_files import DEMO

Answer = Callable[[FormDesign, str, str, str], object]
"""(design, code of the row, judge, question) → what to type."""
LIKELY = {"relevance": 4, "necessity": "essential"}


@cache
def demo() -> Instrument:
    return load_instrument(DEMO)


def intended(design: FormDesign, code: str, judge: str, question: str) -> object:
    """What a judge types to whom every item is plain."""
    item, definition = design.cells[code]
    if question == "place":
        return design.letters[item.construct]
    if question == "fit":
        return 7 if definition and definition.id == item.construct else 2
    return LIKELY[question]


def fill(path: Path, answer: Answer = intended, instrument: Instrument | None = None) -> Path:
    """Type answers into a workbook."""
    book = load_workbook(path)
    sheet = book["Form"]
    token, judge = sheet["A2"].value, sheet["B2"].value
    design = rebuilt(token, instrument or demo())
    for row in sheet.iter_rows(min_row=2):
        code = row[2].value
        if not code.startswith("#"):
            for cell, question in zip(row[5:], design.questions, strict=False):
                cell.value = answer(design, code, judge, question.key)
    book.save(path)
    return path


def rebuilt(token: str, instrument: Instrument) -> FormDesign:
    kind, _, _, language, against, keys, letters, _ = token.split("/")
    names = {letter: name for name, letter in design_form(instrument, "relevance").letters.items()}
    chosen = [names[letter] for letter in letters.split("+")]
    return design_form(instrument, kind, chosen, keys.split("+"), language, against)


def filled(
    folder: Path, kind: str, judges: int = 6, answer: Answer = intended, **options
) -> tuple[Path, ...]:
    """Forms of the demonstration instrument, written and filled in."""
    if options:
        return tuple(fill(path, answer) for path in write_forms(demo(), kind, folder, judges, **options))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _blank(kind, judges).items():
        (folder / name).write_bytes(content)
    return tuple(fill(path, answer) for path in sorted(folder.glob(f"*_{kind}_*.xlsx")))


@cache
def _blank(kind: str, judges: int) -> dict[str, bytes]:
    """What `write_forms` writes, by name of file; most tests fill in the same forms."""
    with TemporaryDirectory() as folder:
        write_forms(demo(), kind, folder, judges)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def as_csv(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The sheet saved as CSV, as a spreadsheet does it; the workbook is removed."""
    target = path.with_suffix(".csv")
    with target.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        for row in load_workbook(path)["Form"].iter_rows(values_only=True):
            writer.writerow(["" if value is None else value for value in row])
    path.unlink()
    return target
