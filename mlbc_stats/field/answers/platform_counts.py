"""Count what came in on another platform, by the unit tokens in its export."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Set
from pathlib import Path

from mlbc_stats.errors import DataWarning, FieldError
from mlbc_stats.survey.readers.paradata import UNFINISHED
from mlbc_stats.survey.readers.registry import AUTO, understood


def finished_units(path: str | Path, tokens: Set[str], encoding: str | None = None) -> Counter[str]:
    """Unit token → rows of an export that came to the end.

    The column is the one that holds the tokens, whatever the platform calls it; they cannot be taken for anything else.
    Where the export says which rows stopped early, those do not count.

    Parameters
    ----------
    path : export of LimeSurvey, Qualtrics or any other platform.
    tokens : unit tokens of the fielding.
    encoding : of the export; UTF-8 by default.

    Raises
    ------
    FieldError : when no column holds a unit token.

    Warns
    -----
    DataWarning : when rows hold none; they are counted nowhere.
    """
    export = understood(path, AUTO, encoding, None)
    table = export.table
    holding = [name for name in table.names if tokens & {text.strip() for text in table.coded(name).texts}]
    if not holding:
        raise FieldError(
            f"{table.source}: no column holds unit tokens of this store; export it with the participants' attributes "
            "(LimeSurvey) or embedded data (Qualtrics)"
        )
    units = [cell.strip() for cell in table.column(holding[0])]
    strange = sum(unit not in tokens for unit in units)
    if strange:
        warnings.warn(
            f"{table.source}: {strange} of {table.n} rows hold no unit token of this store in column {holding[0]} and "
            "are not counted",
            DataWarning,
            stacklevel=3,
        )
    end = export.paradata.get("finished")
    done = (
        [cell.strip().casefold() not in UNFINISHED for cell in table.column(end)] if end else [True] * table.n
    )
    return Counter(unit for unit, finished in zip(units, done, strict=True) if finished and unit in tokens)
