"""H2: phases come in order, the earlier in place before the later."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlbc_stats import irt
from mlbc_stats.errors import DataError, MlbcWarning, ModelError
from mlbc_stats.theory.deciders.scores import too_few, unit_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition
    from mlbc_stats.theory.states import Obstacle

FEWEST, SCALE = 20, 0.3
"""Units without which nothing is judged; scalability below which phases are no scale (Mokken 1971)."""


def _chains(entry: Proposition) -> dict[str, list[str]]:
    return {text: [part.strip() for part in text.split(">")] for text in entry.deciding}


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    counts = [len(unit_scores(given, chain).dropna()) for chain in _chains(entry).values()]
    return too_few(min(counts), FEWEST)


def _quantities(entry: Proposition, given: Given) -> Found:
    parts, notes, doubts, n = [], [], [], []
    for text, chain in _chains(entry).items():
        scores = unit_scores(given, chain).dropna()
        parts.append(_smallest_step(text, scores))
        n.append(len(scores))
        height = _scalability(given, chain)
        notes.append(f"{text}: H = {height:.2f}, {_difficulties(given, chain)}")
        if not height >= SCALE:
            doubts.append(
                f"{text}: H = {height:.2f} is below {SCALE}, so that its phases are no cumulative scale"
            )
    told = (
        "an earlier phase is ahead of the next one by the mean difference of their scores in its own deviations; "
        "the smaller of two such steps decides; H (Mokken) is of the items of all three phases"
    )
    return Found(tuple(parts), min(n), (told, "; ".join(notes)), tuple(doubts))


def _smallest_step(name: str, scores: pd.DataFrame) -> Quantity:
    """Standardized mean difference d = m/s of paired scores, error √(1/n + d²/2n) (Becker 1988)."""
    steps = []
    for earlier, later in pairwise(scores.columns):
        gap = (scores[earlier] - scores[later]).to_numpy()
        if gap.std(ddof=1) == 0:
            raise DataError(f"{earlier} and {later} differ by the same amount in every unit")
        d = gap.mean() / gap.std(ddof=1)
        steps.append((float(d), float(np.sqrt((1 + d**2 / 2) / len(gap)))))
    return Quantity(name, *min(steps), smallest_of=len(steps))


def _scalability(given: Given, chain: list[str]) -> float:
    items = [item.id for name in chain for item in given.instrument.items_of(name)]
    whole = given.frame[items].dropna().round()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return float(irt.mokken(whole).h.scale)


def _difficulties(given: Given, chain: list[str]) -> str:
    """Mean difficulty of each phase's items under one graded response model of all of them."""
    items = {name: [item.id for item in given.instrument.items_of(name)] for name in chain}
    whole = given.frame[[item for held in items.values() for item in held]].dropna().round()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        try:
            found = irt.fit(whole, model="graded")
        except (DataError, ModelError) as error:
            return f"no difficulties ({error})"
    if not found.converged:
        return "difficulties did not converge"
    places = found.difficulties
    means = places[places["name"] != "a"].groupby("item")["est"].mean()
    told = (f"{name} {means[held].mean():.2f}" for name, held in items.items())
    return "mean difficulty " + ", ".join(told)


PHASES = Decider(_obstacle, _quantities)
