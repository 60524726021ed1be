"""From one row a unit and wave to one row a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def widen(data: pd.DataFrame, unit: str, wave: str, variables: Sequence[str]) -> pd.DataFrame:
    """One row a unit, columns ``x_t1``, ``x_t2``, …, waves numbered in their order; NaN where a wave was missed.

    Raises
    ------
    DataError
        a column that is not there, or a unit with two rows of one wave.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"unit": ["a", "a", "b"], "wave": [2024, 2025, 2025], "x": [1.0, 2.0, 3.0]})
    >>> widen(long, "unit", "wave", ["x"]).values.tolist()
    [[1.0, 2.0], [nan, 3.0]]
    """
    import pandas as pd

    if lost := [name for name in (unit, wave, *variables) if name not in data.columns]:
        raise DataError(f"{', '.join(lost)}: no such column; there are {', '.join(map(str, data.columns))}")
    twice = data.duplicated([unit, wave])
    if twice.any():
        row = data.loc[twice, [unit, wave]].astype(object).iloc[0]
        raise DataError(f"unit {row[unit]} has two rows of wave {row[wave]}; expected one of each")
    order = {value: at for at, value in enumerate(sorted(data[wave].unique()), 1)}
    parts = []
    for value, place in order.items():
        rows = data[data[wave] == value].set_index(unit)[list(variables)]
        parts.append(rows.rename(columns={name: f"{name}_t{place}" for name in variables}))
    names = [f"{name}_t{place}" for name in variables for place in order.values()]
    return pd.concat(parts, axis=1)[names]
