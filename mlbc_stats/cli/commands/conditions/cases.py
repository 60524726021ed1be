"""Cases that commands about conditions are given, and the folder of what they find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.data import ROW_NAMES, Reading, read_frame, speaking_of
from mlbc_stats.cli.exit_codes import say

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.report import Figure, Table

Instrument = Annotated[
    str | None,
    typer.Option(
        "--instrument",
        "-i",
        help="DATA holds answers to this instrument; its facets' and constructs' scores are the columns.",
    ),
]
Folder = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder for the tables as CSV and the record.")
]
STAMPED = ("data", "synthetic")
"""Columns in which files of this package say that their cases were drawn."""


@dataclass(frozen=True, slots=True)
class Cases:
    """A table of cases, and whether nobody answered (None: the file does not say)."""

    frame: pd.DataFrame
    synthetic: bool | None

    @property
    def names(self) -> str | None:
        """Column with names of cases that a file has without a heading."""
        return ROW_NAMES if ROW_NAMES in self.frame.columns else None

    def speaking(self) -> AbstractContextManager[None]:
        """Messages name lines of the file, where its columns are what is analysed."""
        return speaking_of(self.frame) if "lines" in self.frame.attrs else nullcontext()


def read_cases(data: Path, instrument: str | None, reading: Reading) -> Cases:
    """Columns of a table, or scores of answers to an instrument."""
    if instrument is None:
        frame = read_frame(data, reading)
        return Cases(frame, _says_so(frame) or None)
    from mlbc_stats import survey

    answers = survey.read(data, instrument, encoding=reading.encoding, delimiter=reading.delimiter)
    return Cases(survey.score(answers), answers.synthetic)


def _says_so(frame: pd.DataFrame) -> bool:
    from mlbc_stats.report.render.sheet import SYNTHETIC

    return any(bool((frame[name] == SYNTHETIC).any()) for name in STAMPED if name in frame.columns)


def pair_of(text: str, option: str, form: str) -> tuple[str, str]:
    """What stands on both sides of the first ``=``."""
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise typer.BadParameter(f"{text!r}: write {form}", param_hint=option)
    return name.strip(), value.strip()


def write_folder(
    folder: Path, data: Path, tables: Iterable[Table], figure: Figure | None, record: Mapping[str, object]
) -> None:
    """Every table as CSV, the figure, and a manifest with the data's checksum."""
    import mlbc_stats
    from mlbc_stats.study.manifest import sha256
    from mlbc_stats.study.output_folder import write_outputs

    files: dict[str, str | bytes] = {f"{table.identifier}.csv": table.to_csv() for table in tables}
    if figure is not None:
        files[f"{record['kind']}.svg"] = figure.svg
    told = {"data": data.name, "data_sha256": sha256(data), "mlbc-stats": mlbc_stats.__version__}
    write_outputs(folder, files, {**record, **told})
    say(f"written: {', '.join(sorted(files))} in {folder}")
