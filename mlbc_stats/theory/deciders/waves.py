"""M15, M18: what leads to what from wave to wave, by panel models."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import pandas as pd

from mlbc_stats import panels
from mlbc_stats.errors import DataError, MlbcWarning
from mlbc_stats.theory.deciders.scores import too_few, wave_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.states import Obstacle, State
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition

LAGGED = re.compile(r"(\w+)_later ~ (\w+)_earlier")
FEWEST, STABLE = 30, 3
"""Units in two waves that a lagged effect takes; waves from which stable differences are held apart."""


def _names(entry: Proposition) -> tuple[str, str]:
    (pair,) = LAGGED.findall(entry.deciding[0])
    return pair


def _wide(given: Given, names: tuple[str, str]) -> tuple[pd.DataFrame, int]:
    """Scores in pooled standard deviations, one row a unit, and the waves in which both were asked."""
    rows = wave_scores(given, names)
    asked = rows.groupby("wave")[list(names)].count().min(axis=1)
    rows = rows[rows["wave"].isin(asked.index[asked > 0])].copy()
    for name in names:
        rows[name] = (rows[name] - rows[name].mean()) / rows[name].std()
    return panels.widen(rows, "unit", "wave", list(names)), int((asked > 0).sum())


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    names = _names(entry)
    wide, waves = _wide(given, names)
    if waves < entry.design.waves:
        return Obstacle(
            State.WAVES, f"{' and '.join(names)} were asked together in {waves} of the waves; two are needed"
        )
    whole = wide[[f"{name}_t{t}" for name in names for t in (1, 2)]].dropna()
    return too_few(len(whole), FEWEST)


def _quantities(entry: Proposition, given: Given) -> Found:
    outcome, predictor = names = _names(entry)
    wide, waves = _wide(given, names)
    kinds = ("random_intercept", "cross_lagged") if waves >= STABLE else ("cross_lagged",)
    rows = {kind: _lagged(wide, kind, names, waves) for kind in kinds}
    (estimate, se, good) = rows[kinds[0]]
    told = [
        f"{kind.replace('_', ' ')}: {row[0]:.2f}, error {row[1]:.2f}{'' if row[2] else ', not to be trusted'}"
        for kind, row in rows.items()
    ]
    kept = (
        "differences between units that stay are held apart"
        if waves >= STABLE
        else "two waves cannot hold apart what is stable"
    )
    note = (
        f"scores of {waves} waves in pooled standard deviations, lags alike, full information; {kept}; "
        + "; ".join(told)
    )
    doubts = () if good else (f"the {kinds[0].replace('_', ' ')} model has no proper solution",)
    return Found(
        (Quantity(f"{outcome}_later ~ {predictor}_earlier", estimate, se),), len(wide), (note,), doubts
    )


def _lagged(wide: pd.DataFrame, kind: str, names: tuple[str, str], waves: int) -> tuple[float, float, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = panels.fit(wide, kind, names, waves)
    rows = found.parameters[found.parameters["label"] == f"{names[0]}_on_{names[1]}"]
    if rows.empty:
        raise DataError(f"{kind}: no lagged effect of {names[1]} on {names[0]}")
    proper = bool(found.converged and found.identified)
    return float(rows["est"].iloc[0]), float(rows["se"].iloc[0]), proper


WAVES = Decider(_obstacle, _quantities)
