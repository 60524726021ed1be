"""Refuse raw columns without values or without variation, naming them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

Array = NDArray[Any]
#: Variables listed in one message.
LISTED = 6


def check_columns(x: Array, names: Sequence[str], label: str = "") -> None:
    """Refuse raw columns without values or without variation; NaN marks a missing value.

    Parameters
    ----------
    x : array [n, p].

    Examples
    --------
    >>> check_columns(np.array([[np.nan, 1.0], [np.nan, 2.0]]), ["a", "b"])
    Traceback (most recent call last):
    mlbc_stats.errors.DataError: a has no value in any of the 2 rows; leave it out or correct the data
    """
    where = f"in group {label!r}: " if label else ""
    if len(x) < 2:
        raise DataError(f"{where or 'the data hold '}a single case; a covariance matrix needs more")
    lowest = np.where(np.isnan(x), np.inf, x).min(0)
    highest = np.where(np.isnan(x), -np.inf, x).max(0)
    empty = [name for name, low in zip(names, lowest, strict=True) if low == np.inf]
    if empty:
        raise DataError(
            f"{where}{_subject(empty, 'has', 'have')} no value in any of the {len(x)} rows; "
            "leave it out or correct the data"
        )
    flat = np.flatnonzero(lowest == highest)
    if len(flat):
        raise DataError(constant_text([names[k] for k in flat.tolist()], lowest[flat], where))


def constant_text(names: list[str], values: Array, where: str) -> str:
    """What is said of variables that have the same value in every case."""
    held = listed([f"{value:.6g}" for value in values])
    return (
        f"{where}{_subject(names, 'is', 'are')} constant ({held} in every case); "
        f"leave {'it' if len(names) == 1 else 'them'} out or correct the data"
    )


def _subject(names: list[str], singular: str, plural: str) -> str:
    return f"{listed(names)} {singular if len(names) == 1 else plural}"


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
