"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.errors import MlbcError

PAGES = (".html", ".htm")
FIGURES = (".svg", ".png")
FEW_RESAMPLES = 100
"""Below these the ends of a 95 % interval rest on the two or three most extreme resamples."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON in full precision instead of tables.")]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Encoding of the file, such as cp1252; UTF-8 by default.")
]
Delimiter = Annotated[
    str | None, typer.Option("--delimiter", help="Column separator; detected from the header by default.")
]
Decimal = Annotated[
    str | None,
    typer.Option("--decimal", help="Decimal mark, . or , ; found from the cells by default."),
]
Language = Annotated[
    str | None,
    typer.Option("--language", "-l", help="Language of labels and question texts, such as de; the source's."),
]
InstrumentArgument = Annotated[
    str, typer.Argument(metavar="INSTRUMENT", help="Shipped name or path of an instrument.")
]
EvidenceFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--evidence", help="Evidence file of a study, or a folder that holds some (repeatable); shown only."
    ),
]
ItemsFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV with items, or answers to an instrument.")
]
Items = Annotated[
    str | None, typer.Option("--items", help="Columns to use, with commas between them; all by default.")
]
AnswersTo = Annotated[
    str | None,
    typer.Option(
        "--instrument", "-i", help="FILE holds answers to this instrument; reversed items are turned."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same numbers.")]
InstrumentName = Annotated[
    str, typer.Option("--instrument", "-i", help="Shipped name or path of the instrument answered.")
]
InstrumentNames = Annotated[
    list[str] | None,
    typer.Option(
        "--instrument",
        "-i",
        help="Shipped name or path of what was asked (repeatable); mlbc_alignment by default.",
    ),
]
GroupOfInformants = Annotated[
    str | None,
    typer.Option(
        "--informant",
        help="Informants who answered their own version: management, technical, internal_user or external_user.",
    ),
]
Short = Annotated[bool, typer.Option("--short", help="The short form was asked.")]
DesignOption = Annotated[
    str | None,
    typer.Option(
        "--design",
        help="key_informant (one speaks for a unit) or several_informants (each about their part).",
    ),
]
Platform = Annotated[
    str,
    typer.Option(
        "--platform",
        "-p",
        help="Where the file comes from: plain, qualtrics, limesurvey, odk, surveyjs, redcap, google, or auto.",
    ),
]
IdColumn = Annotated[
    str | None, typer.Option("--id-column", help="Column of case ids; usual names are found by default.")
]
UnitColumn = Annotated[
    str | None,
    typer.Option(
        "--unit-column", help="Column of the solution or organization; usual names are found by default."
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FILECOLUMN=ITEM",
        help="Column of the file that answers an item under another name (repeatable).",
    ),
]
AllowAbsent = Annotated[
    bool, typer.Option("--allow-absent", help="Accept a file that lacks items; they count as not asked.")
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="Mapping manifest that the export of the questionnaire wrote (*.mapping.json)."
    ),
]
PersonalData = Annotated[
    str,
    typer.Option(
        "--personal",
        help="Columns that tell who answered: drop them, hash them (with --key-file) or keep them.",
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file", help="File with the key of the hash; whoever has it can find out who answered."
    ),
]
Consent = Annotated[
    str | None,
    typer.Option(
        "--consent",
        metavar="COLUMN[=VALUE]",
        help="Column that says who agreed to take part; rows without consent are set aside.",
    ),
]
ResponseFile = Annotated[
    Path, typer.Argument(metavar="RESPONSES", help="File of responses (CSV, .xlsx, .sav, .jsonl, .parquet).")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write the result to this CSV file.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the output file if there is one.")]
DEFAULT_INSTRUMENT = "mlbc_alignment"


def refuse_output(
    path: Path, force: bool, endings: tuple[str, ...] = PAGES, option: str = "--output"
) -> None:
    """Raise, before any work, when a file cannot go there: its ending says another format, or it exists.

    Any ending will do where none is listed.
    """
    if endings and path.suffix.lower() not in endings:
        known = " or ".join(ending for ending in endings if ending != ".htm")
        raise MlbcError(f"{path}: what is written here ends in {known}; choose such a name ({option})")
    if path.is_dir():
        raise MlbcError(f"{path}: is a folder; name a file in it ({option})")
    if path.exists() and not force:
        raise MlbcError(f"{path}: exists already; choose another {option} or pass --force")


def refuse_data(path: Path, force: bool, endings: tuple[str, ...] = (), option: str = "--output") -> None:
    """The same for a file of data or a figure, for which no folder is made."""
    refuse_output(path, force, endings, option)
    if not path.parent.is_dir():
        raise MlbcError(f"{path.parent}: no such folder for {path.name}; make it first ({option})")


def names_of(text: str, option: str = "") -> list[str]:
    """Names that commas part.

    Raises
    ------
    typer.BadParameter
        no name, or an empty one between commas.
    """
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        told = "names nothing" if not any(names) else f"has an empty name in {text!r}"
        raise typer.BadParameter(f"{told}; write names with commas between them", param_hint=option or None)
    return names


def told_when_few(resamples: int | None) -> int | None:
    """The number of resamples; a warning when intervals from so few move with the seed."""
    if resamples is not None and 0 < resamples < FEW_RESAMPLES:
        typer.echo(
            f"warning: --bootstrap {resamples}: intervals from fewer than {FEW_RESAMPLES} resamples change with the "
            "seed; take 1000 or more, 5000 for a paper",
            err=True,
        )
    return resamples


def kind_of_interval(interval: str | None, resamples: int | None) -> str:
    """The kind of bootstrap interval, percentile by default.

    Raises
    ------
    typer.BadParameter
        a kind without resamples to take it from.
    """
    if interval is not None and resamples is None:
        raise typer.BadParameter("goes with --bootstrap, the number of resamples", param_hint="--interval")
    return interval or "percentile"
