"""M14: the hazard of going back to an earlier phase before the next wave."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pandas as pd

from mlbc_stats import regression
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.survey.screening.report import kept_cases
from mlbc_stats.theory.deciders.scores import wave_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.states import Obstacle, State
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition

PHASE, RUNNING = "phase", 3
"""The question of the phase, and its last code of solutions that go on (development, release, operation)."""
EVENTS = 10
"""Rewinds, and intervals without one, that an effect on the hazard takes (Vittinghoff & McCulloch 2007: 5 to 9)."""


def spells(given: Given, predictor: str) -> pd.DataFrame:
    """One row a unit and interval at risk: unit, wave, predictor at its start, whether the unit went back by its end.

    At risk are solutions beyond development that go on; those that were abandoned later are not counted as gone back.
    """
    rows = (
        wave_scores(given, [predictor])
        .merge(_phases(given), on=["unit", "wave"])
        .sort_values(["unit", "wave"])
    )
    after = rows.groupby("unit")[[PHASE, "wave"]].shift(-1)
    order = {wave: at for at, wave in enumerate(sorted(rows["wave"].unique()))}
    next_one = after["wave"].map(order) == rows["wave"].map(order) + 1
    back = (after[PHASE] < rows[PHASE]).astype(float)
    at_risk = next_one & rows[PHASE].between(2, RUNNING) & (after[PHASE] <= RUNNING) & rows[predictor].notna()
    return rows.assign(back=back)[at_risk].reset_index(drop=True)


def _phases(given: Given) -> pd.DataFrame:
    """Phase of each unit in each wave, the median over informants."""
    responses = given.responses
    kept = kept_cases(responses, given.screening)
    frame = pd.DataFrame(
        {
            "unit": responses.unit_ids[kept],
            "wave": responses.waves[kept],
            PHASE: pd.to_numeric(responses.context[PHASE][kept], errors="coerce").to_numpy(),
        }
    )
    return frame.groupby(["unit", "wave"])[[PHASE]].median().dropna().reset_index()


def _predictor(entry: Proposition) -> str:
    return entry.deciding[0].split("~")[1].strip()


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    if PHASE not in given.responses.context.columns:
        return Obstacle(State.NOT_ASKED, "the phase of the solution was not asked")
    rows = spells(given, _predictor(entry))
    events = int(rows["back"].sum())
    if min(events, len(rows) - events) < EVENTS:
        return Obstacle(
            State.VARIATION,
            f"{events} of {len(rows)} solutions went back from one wave to the next; {EVENTS} or more each are "
            "needed",
        )
    return None


def _quantities(entry: Proposition, given: Given) -> Found:
    name = _predictor(entry)
    rows = spells(given, name)
    rows[name] = (rows[name] - rows[name].mean()) / rows[name].std()
    waves = sorted(rows["wave"].unique())
    intervals = [f"interval {at}" for at in range(2, len(waves) + 1)]
    for label, wave in zip(intervals, waves[1:], strict=True):
        rows[label] = (rows["wave"] == wave).astype(float)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = regression.fit(rows, "back", [name, *intervals], "logit", cluster="unit")
    told = [str(each.message) for each in caught if issubclass(each.category, MlbcWarning)]
    note = (
        f"discrete-time hazard: logit of going back between waves, an intercept for each interval, errors by unit; "
        f"{found.events} rewinds in {found.n} intervals of {found.clusters} units"
    )
    doubts = () if found.converged else ("the hazard did not converge",)
    return Found(
        (Quantity(entry.deciding[0], *found.value(name)),),
        found.clusters,
        (note, *dict.fromkeys(told)),
        doubts,
    )


REWIND = Decider(_obstacle, _quantities)
