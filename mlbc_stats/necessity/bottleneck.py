"""The bottleneck table: what level of each condition every level of the outcome needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.necessity.ceilings import Ceiling
from mlbc_stats.necessity.corners import Floats
from mlbc_stats.necessity.effect import Scope

if TYPE_CHECKING:
    import pandas as pd

UNITS = ("percentage.range", "percentage.max", "actual", "percentile")


def bottleneck_table(
    outcome: str,
    y: Floats,
    conditions: Sequence[tuple[str, Floats, Scope, Ceiling]],
    levels: Floats,
    units: tuple[str, str],
    digits: int | None,
) -> pd.DataFrame:
    """One row per level of the outcome; NaN where nothing of a condition is needed, ∞ where no level suffices."""
    import pandas as pd

    scope = conditions[0][2]
    raw = from_unit(levels, units[1], scope.y_low, scope.y_high, y)
    frame: dict[str, Floats] = {outcome: levels}
    for name, x, own, ceiling in conditions:
        needed = ceiling.needed(raw)
        shown = to_unit(needed, units[0], own.x_low, own.x_high, x)
        shown = np.where(needed > own.x_high * (1 + 1e-12) + 1e-12, np.inf, shown)
        shown = np.where(needed <= own.x_low + 1e-12 * abs(own.x_low), np.nan, shown)
        frame[name] = shown if digits is None else np.round(shown, digits)
    return pd.DataFrame(frame)


def check_units(x: str, y: str) -> None:
    """Refuse unknown units."""
    for argument, unit in (("x_unit", x), ("y_unit", y)):
        if unit not in UNITS:
            raise ModelError(f"{argument}={unit!r} is not known; use one of {', '.join(UNITS)}")


def from_unit(levels: Floats, unit: str, low: float, high: float, values: Floats) -> Floats:
    """Levels of a variable in its own unit."""
    if unit == "percentage.range":
        return low + levels / 100 * (high - low)
    if unit == "percentage.max":
        return levels / 100 * high
    return np.percentile(values, levels) if unit == "percentile" else levels


def to_unit(values: Floats, unit: str, low: float, high: float, cases: Floats) -> Floats:
    """Values of a variable in a unit; a percentile is the per cent of cases below."""
    if unit == "percentage.range":
        return 100 * (values - low) / (high - low)
    if unit == "percentage.max":
        return 100 * values / high
    if unit == "percentile":
        return 100 * np.mean(cases[None, :] < values[:, None], axis=1)
    return values
