"""Scores of constructs for deciders: shares of the answer scale, by unit or by unit and wave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from mlbc_stats.survey.responses.model import keyed, question_scale, scale_bounds
from mlbc_stats.survey.screening.report import kept_cases
from mlbc_stats.theory.states import Obstacle, State

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.theory.deciders.seam import Given


def unit_scores(given: Given, names: Sequence[str]) -> pd.DataFrame:
    """The scores of units: (units, names) means of items, each between 0 (lowest possible answer) and 1."""
    return construct_scores(given.frame, given.instrument, names)


def wave_scores(given: Given, names: Sequence[str]) -> pd.DataFrame:
    """The same of every unit in every wave, with the columns ``unit`` and ``wave``; informants are averaged."""
    responses = given.responses
    kept = kept_cases(responses, given.screening)
    frame = keyed(responses)[kept]
    keys = [pd.Index(responses.unit_ids[kept], name="unit"), pd.Index(responses.waves[kept], name="wave")]
    means = frame.groupby(keys, sort=False).mean()
    return construct_scores(means, given.instrument, names).reset_index()


def construct_scores(frame: pd.DataFrame, instrument: Instrument, names: Sequence[str]) -> pd.DataFrame:
    """Scores (rows, names) of keyed items, each between 0 and 1; of facets with equal weight."""
    return pd.DataFrame({name: _score(frame, instrument, name) for name in names}, index=frame.index)


def _score(frame: pd.DataFrame, instrument: Instrument, name: str) -> pd.Series:
    facets = [facet.id for facet in instrument.facets(name)]
    if facets:
        return pd.concat([_score(frame, instrument, facet) for facet in facets], axis=1).mean(axis=1)
    shares = []
    for item in instrument.items_of(name):
        low, high = scale_bounds(question_scale(instrument, item.id))
        shares.append((frame[item.id] - low) / (high - low))
    return pd.concat(shares, axis=1).mean(axis=1)


def too_few(units: int, least: int) -> Obstacle | None:
    """Nothing is decided on fewer complete units."""
    if units >= least:
        return None
    return Obstacle(State.VARIATION, f"{units} units have all of it; {least} or more are needed")
