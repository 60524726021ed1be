"""What the platform recorded about the act of answering: times, progress, status."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats.survey.readers.coding import parse_number
from mlbc_stats.survey.readers.export import PARADATA, Export


def read_paradata(export: Export) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """What the platform recorded about the act of answering, and the cells that could not be read.

    `duration` is a float in seconds; where the file lacks it, it is the time between `started` and `ended`.
    `preview` is "1" for rows that the platform's status marks as trials.
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
        frame["duration"], problems = _durations(export)
        return frame, problems
    if {"started", "ended"} <= set(frame.columns):
        frame["duration"] = _elapsed(frame)
    return frame, []


def _durations(export: Export) -> tuple[np.ndarray, list[tuple[int, str]]]:
    column = export.paradata["duration"]
    cells = [cell.strip() for cell in export.table.column(column)]
    numbers = [parse_number(cell) for cell in cells]
    problems = [
        (row, f"column {column}: {cell!r} is text, expected seconds")
        for row, (cell, number) in enumerate(zip(cells, numbers, strict=True))
        if number is None and cell not in export.blanks
    ]
    return np.array([np.nan if number is None else number for number in numbers], dtype=float), problems


def _elapsed(frame: pd.DataFrame) -> np.ndarray:
    started, ended = (
        pd.to_datetime(frame[name], errors="coerce", format="mixed") for name in ("started", "ended")
    )
    return (ended - started).dt.total_seconds().to_numpy(dtype=float)
