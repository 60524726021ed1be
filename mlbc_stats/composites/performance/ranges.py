"""Ends of the scales of indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.errors import DataError
from mlbc_stats.near_names import did_you_mean

Array = NDArray[Any]


def read_ranges(ranges: Any, sample: Sample) -> tuple[Array, Array, tuple[str, ...]]:
    """Lowest and highest possible answer of every indicator, each (p,), and notes.

    Raises
    ------
    DataError : unknown indicators, ends that are no range, answers beyond them.
    """
    seen_low, seen_high = np.nanmin(sample.rows, axis=0), np.nanmax(sample.rows, axis=0)
    if ranges is None:
        note = "indicators are rescaled by their smallest and largest answer, not by the ends of their scales"
        return seen_low, seen_high, (note,)
    given = ranges if isinstance(ranges, Mapping) else dict.fromkeys(sample.names, ranges)
    strange = [name for name in given if name not in sample.names]
    if strange:
        hint = did_you_mean(strange[0], sample.names)
        raise DataError(
            f"ranges are given for {', '.join(map(str, strange))}, no indicator of the model{hint}"
        )
    missing = [name for name in sample.names if name not in given]
    if missing:
        raise DataError(f"no range is given for {', '.join(missing)}; write (lowest, highest)")
    ends = [_ends(name, given[name]) for name in sample.names]
    low, high = np.array([a for a, _ in ends]), np.array([b for _, b in ends])
    beyond = [
        f"{name} ({seen_low[k]:g} to {seen_high[k]:g}, range {low[k]:g} to {high[k]:g})"
        for k, name in enumerate(sample.names)
        if seen_low[k] < low[k] or seen_high[k] > high[k]
    ]
    if beyond:
        raise DataError(f"answers beyond their range: {', '.join(beyond)}")
    return low, high, ()


def _ends(name: str, pair: Any) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in pair)
    except (TypeError, ValueError):
        raise DataError(f"range of {name}: expected (lowest, highest), got {pair!r}") from None
    if not low < high:
        raise DataError(f"range of {name}: the lowest answer, {low:g}, is not below the highest, {high:g}")
    return low, high
