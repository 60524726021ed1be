"""What the platform recorded about the act of answering: times, progress, status."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mlbc_stats.number_text import Convention, describe_doubt
from mlbc_stats.survey.readers.coding import REMEDY
from mlbc_stats.survey.readers.export import PARADATA, Export


def read_paradata(
    export: Export, conventions: Mapping[str, Convention]
) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """What the platform recorded about the act of answering, and the cells that could not be read.

    `duration` is a float in seconds; where the file lacks it, it is the time between `started` and `ended`.
    `preview` is "1" for rows that the platform's status marks as trials. `conventions` say how the numbers of each
    column are written.
    """
    table = export.table
    kept: dict[str, object] = {
        role: list(table.column(export.paradata[role])) for role in PARADATA if role in export.paradata
    }
    frame = pd.DataFrame(kept, index=range(len(table.rows)))
    if export.trials and "status" in frame:
        status = frame["status"].str.strip().str.casefold()
        frame["preview"] = status.isin(export.trials).map({True: "1", False: "0"})
    if "duration" in frame:
        frame["duration"], problems = _durations(export, conventions[export.paradata["duration"]])
        return frame, problems
    if {"started", "ended"} <= set(frame.columns):
        frame["duration"] = _elapsed(frame)
    return frame, []


def _durations(export: Export, convention: Convention) -> tuple[np.ndarray, list[tuple[int, str]]]:
    column = export.paradata["duration"]
    cells = [cell.strip() for cell in export.table.column(column)]
    readings = [convention.read(cell) for cell in cells]
    problems: list[tuple[int, str]] = []
    for row, (cell, found) in enumerate(zip(cells, readings, strict=True)):
        if len(found) > 1:
            problems.append((row, f"column {column}: {describe_doubt(cell, found)}; {REMEDY}"))
        elif not found and cell not in export.blanks:
            problems.append((row, f"column {column}: {cell!r} is text, expected seconds"))
    return np.array([found[0] if len(found) == 1 else np.nan for found in readings], dtype=float), problems


def _elapsed(frame: pd.DataFrame) -> np.ndarray:
    started, ended = (
        pd.to_datetime(frame[name], errors="coerce", format="mixed") for name in ("started", "ended")
    )
    return (ended - started).dt.total_seconds().to_numpy(dtype=float)
