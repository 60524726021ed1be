"""Exports of answers to the demonstration instrument, as text, to be changed in one place by a test."""

from __future__ import annotations

from pathlib import Path

from mlbc_stats import survey
from tests.examples.demo_files import DEMO

INSTRUMENT = survey.load_instrument(DEMO)
HEADER = (
    "case_id,unit_id,phase,day_1,day_2,check_1,day_3,night_1,night_2,night_3,org_size,remark,tenure,duration"
)
ROWS = (
    "a,s1,2,5,3,6,4,6,2,5,1,fine,3,120",
    "b,s1,1,7,1,6,6,,,,2,,12.5,100",
    "c,s2,2,4,4,5,4,4,-96,4,-98,,,30",
)


def export(
    folder: Path, *rows: str, header: str = HEADER, name: str = "export.csv", encoding: str = "utf-8"
) -> Path:
    """A file with the given rows, by default `ROWS`."""
    path = folder / name
    path.write_bytes(("\n".join((header, *(rows or ROWS))) + "\n").encode(encoding))
    return path


def changed(row: int, column: str, cell: str) -> tuple[str, ...]:
    """`ROWS` with one cell replaced."""
    cells = ROWS[row].split(",")
    cells[HEADER.split(",").index(column)] = cell
    return (*ROWS[:row], ",".join(cells), *ROWS[row + 1 :])


QUALTRICS_NAMES = (
    "StartDate,EndDate,Status,Progress,Duration (in seconds),Finished,ResponseId,UserLanguage,unit_id,phase,day_1,"
    "day_2,check_1,day_3,night_1,night_2,night_3,org_size,remark,tenure"
)
QUALTRICS_ROWS = (
    "2025-03-01 10:00:00,2025-03-01 10:02:00,0,100,120,1,R_1,EN,s1,2,5,3,6,4,6,2,5,1,fine,3",
    "2025-03-01 11:00:00,2025-03-01 11:02:00,1,100,110,1,R_2,EN,s2,1,7,-99,6,6,,,,2,,12",
)


def qualtrics_export(folder: Path, *rows: str, names: str = QUALTRICS_NAMES) -> Path:
    """A current Qualtrics export with its three header rows; question texts hold commas and line breaks."""
    texts = ",".join(f'"Text of {name},\nsecond line"' for name in names.split(","))
    ids = ",".join('"{""ImportId"":""QID' + str(k) + '""}"' for k in range(len(names.split(","))))
    return export(folder, texts, ids, *(rows or QUALTRICS_ROWS), header=names, name="qualtrics.csv")
