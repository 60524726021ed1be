"""What the platform recorded about the act of answering: times, progress, status."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mlbc_stats.counted import counted
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
    frame = pd.DataFrame(kept, index=range(table.n))
    if export.trials and "status" in frame:
        column = table.coded(export.paradata["status"])
        frame["preview"] = column.changed(lambda cell: "1" if is_trial(cell, export) else "0").cells
    if "duration" in frame:
        frame["duration"], problems = _durations(export, conventions[export.paradata["duration"]])
        return frame, problems
    if {"started", "ended"} <= set(frame.columns):
        frame["duration"] = _elapsed(frame)
    return frame, []


TRIAL_WORDS = re.compile(
    r"\b(preview|test|trial)|vorschau|aperçu|vista previa|prévia|anteprima|voorbeeld|esikatsel|förhandsgransk"
    r"|forhåndsvis|podgląd|prueba"
)
"""Words for previews and tests, for languages whose statuses are not listed."""
UNFINISHED = frozenset({"0", "false", "falsch", "faux", "falso", "onwaar", "no", "nein"})
"""Cells of `finished`, in lower case, of cases that stopped early."""


def is_trial(status: str, export: Export) -> bool:
    """Whether a status marks the author's own trial: it is known to, or unknown and says so by its words."""
    low = status.strip().casefold()
    return low in export.trials or (low not in export.statuses and TRIAL_WORDS.search(low) is not None)


def unfinished(paradata: pd.DataFrame) -> np.ndarray:
    """Cases (n,) bool that stopped early, by `finished`, else by a `progress` below 100; none where unknown."""
    if "finished" in paradata:
        return paradata["finished"].str.strip().str.casefold().isin(UNFINISHED).to_numpy(dtype=bool)
    if "progress" in paradata:
        progress = pd.to_numeric(paradata["progress"], errors="coerce")
        return (progress < 100).to_numpy(dtype=bool)
    return np.zeros(len(paradata), dtype=bool)


def unknown_statuses(export: Export) -> tuple[str, ...]:
    """A note for each status that is known neither for answers nor for the author's own trials."""
    if not export.statuses or "status" not in export.paradata:
        return ()
    cells = Counter(cell.strip() for cell in export.table.column(export.paradata["status"]))
    known = export.statuses | export.trials | {""}
    return tuple(
        f"status {cell!r} of {counted(count, 'row')} is not known; "
        + ("by its words they are previews or tests" if is_trial(cell, export) else "they count as answers")
        for cell, count in cells.items()
        if cell.casefold() not in known
    )


def _durations(export: Export, convention: Convention) -> tuple[np.ndarray, list[tuple[int, str]]]:
    name = export.paradata["duration"]
    column = export.table.coded(name)
    readings = [convention.read(cell.strip()) for cell in column.texts]
    problems: list[tuple[int, str]] = []
    for place, (cell, found) in enumerate(zip(map(str.strip, column.texts), readings, strict=True)):
        if len(found) > 1:
            problem = f"column {name}: {describe_doubt(cell, found)}; {REMEDY}"
        elif not found and cell not in export.blanks:
            problem = f"column {name}: {cell!r} is text, expected seconds"
        else:
            continue
        problems += [(row, problem) for row in np.flatnonzero(column.places == place).tolist()]
    seconds = np.array([found[0] if len(found) == 1 else np.nan for found in readings], dtype=float)
    return seconds[column.places], problems


def _elapsed(frame: pd.DataFrame) -> np.ndarray:
    started, ended = (
        pd.to_datetime(frame[name], errors="coerce", format="mixed", utc=True)
        for name in ("started", "ended")
    )
    return (ended - started).dt.total_seconds().to_numpy(dtype=float)
