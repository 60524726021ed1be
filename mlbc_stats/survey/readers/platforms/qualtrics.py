"""Qualtrics CSV: names, question texts and ImportId rows, or the two header rows of the older export."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from mlbc_stats.errors import ResponseError
from mlbc_stats.number_text import is_number
from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import Export

PARADATA_COLUMNS = {
    "started": ("StartDate",),
    "ended": ("EndDate",),
    "duration": ("Duration (in seconds)", "Duration"),
    "finished": ("Finished",),
    "progress": ("Progress",),
    "status": ("Status",),
    "language": ("UserLanguage", "Q_Language"),
}
SYSTEM_COLUMNS = frozenset(
    {"IPAddress", "RecordedDate", "ResponseId", "ResponseID", "ResponseSet", "DistributionChannel"}
    | {"RecipientLastName", "RecipientFirstName", "RecipientEmail"}
    | {"ExternalReference", "ExternalDataReference"}
    | {"LocationLatitude", "LocationLongitude", "LocationAccuracy"}
    | {name for names in PARADATA_COLUMNS.values() for name in names}
)
"""Columns of Qualtrics itself; embedded data may bear the same names."""
SEEN_BUT_UNANSWERED = "-99"
TRIALS = frozenset(
    {"survey preview", "survey test", "offline survey preview", "1", "2", "9", "17"}
    | {"umfragevorschau", "vorschau der umfrage", "umfragetest", "offline-umfragevorschau"}
    | {"aperçu de l'enquête", "test de l'enquête", "vista previa de la encuesta", "prueba de encuesta"}
    | {"anteprima sondaggio", "test sondaggio", "enquêtevoorbeeld", "enquêtetest"}
)
"""Values of Status for previews and tests, in words of some languages and in the numbers of the numeric export."""
ANSWERS = frozenset(
    {
        "ip address",
        "ip-adresse",
        "adresse ip",
        "dirección ip",
        "indirizzo ip",
        "ip-adres",
        "imported",
        "importiert",
    }
    | {
        "spam",
        "possible spam",
        "offline",
        "offline response",
        "synthetic",
        "0",
        "4",
        "8",
        "12",
        "16",
        "32",
        "40",
    }
)
"""Values of Status for answers, as far as they are known."""
SIGNS = 3
"""System columns from which a file is taken to come from Qualtrics."""
OLD_SYSTEM_COLUMN = re.compile(r"V\d+")


def qualtrics(table: RawTable) -> Export:
    """Understand a Qualtrics export, exported as numeric values or as choice text.

    The third row of the current form holds ``{"ImportId": ...}``; the older form has two header rows and
    calls its system columns V1, V2, ...; those take their names from the second row. A cell of -99 is
    Qualtrics' own recode of "seen but unanswered". Embedded data that bear the name of a system column come as
    ``StartDate_2``, and a note says so.

    Raises
    ------
    ResponseError
        when the second header row is missing.
    """
    if not table.n:
        raise ResponseError(
            f"{table.source}: no second header row; is this a Qualtrics export? Try platform plain"
        )
    recent = _holds_import_ids(table)
    texts = dict(zip(table.names, table.row(0), strict=True))
    told = table.row(1) if recent else ("",) * len(table.names)
    named = table if recent else replace(table, names=_old_names(table))
    _check_texts(table)
    skipped = 2 if recent else 1
    return Export(
        named.rows(slice(skipped, None)),
        paradata=_paradata(named.names),
        trials=TRIALS,
        statuses=ANSWERS,
        ids=("ResponseId", "ResponseID"),
        blanks=frozenset({"", SEEN_BUT_UNANSWERED}),
        questions={name: texts[old] for name, old in zip(named.names, table.names, strict=True)},
        import_ids={name: _import_id(cell) for name, cell in zip(named.names, told, strict=True)},
        notes=repetitions(table.names),
        platform="qualtrics",
    )


def is_qualtrics(table: RawTable) -> bool:
    """Whether a table looks like an export of Qualtrics: an ImportId row, or several of its system columns."""
    if _holds_import_ids(table):
        return True
    texts = {cell.strip() for cell in table.row(0)} if table.n else set()
    old = any(OLD_SYSTEM_COLUMN.fullmatch(name) for name in table.names)
    return old and len(SYSTEM_COLUMNS & texts) >= SIGNS


def repetitions(names: tuple[str, ...]) -> tuple[str, ...]:
    """A note for each further copy of a system column, which reading has numbered."""
    copies = [name for name in names if name.rpartition("_")[0] in SYSTEM_COLUMNS]
    return tuple(
        f"column {name.rpartition('_')[0]} occurs more than once; the first is the platform's, another is {name}"
        for name in copies
    )


def _holds_import_ids(table: RawTable) -> bool:
    return table.n > 1 and any("ImportId" in cell and "{" in cell for cell in table.row(1))


def _import_id(cell: str) -> str:
    """The id in ``{"ImportId":"QID3_1"}``, "" where there is none."""
    try:
        return str(json.loads(cell).get("ImportId", "")) if cell.strip().startswith("{") else ""
    except (ValueError, AttributeError):
        return ""


def _old_names(table: RawTable) -> tuple[str, ...]:
    """System columns V1, V2, ... take the second row's name, unless that name is taken already."""
    names = list(table.names)
    for position, (name, text) in enumerate(zip(table.names, table.row(0), strict=True)):
        if OLD_SYSTEM_COLUMN.fullmatch(name) and text.strip() and text.strip() not in names:
            names[position] = text.strip()
    return tuple(names)


def _check_texts(table: RawTable) -> None:
    """A second row of numbers is somebody's answers, not question texts."""
    cells = [cell.strip() for cell in table.row(0) if cell.strip()]
    numeric = sum(map(is_number, cells))
    if not cells or numeric > len(cells) / 2:
        raise ResponseError(
            f"{table.source}, row {table.lines[0]}: expected question texts in the second header row, "
            "got answers; export from Qualtrics with its header rows, or read the file as platform plain"
        )


def _paradata(names: tuple[str, ...]) -> dict[str, str]:
    found = {role: [name for name in tries if name in names] for role, tries in PARADATA_COLUMNS.items()}
    return {role: tries[0] for role, tries in found.items() if tries}
