"""M20, H4: what an outcome cannot do without, by ceilings, with sets and slopes beside."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlbc_stats import necessity, sets
from mlbc_stats.errors import MlbcWarning
from mlbc_stats.theory.deciders.scores import too_few, unit_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition
    from mlbc_stats.theory.states import Obstacle

CEILING, PERMUTATIONS, RESAMPLES, FEWEST = "ce_fdh", 2000, 200, 20
"""Ceiling that decides, random orders of its test, resamples of its interval, fewest units."""
ANCHORS = (0.05, 0.5, 0.95)
"""Quantiles at which a score is out of the set, at its crossover, and in it."""
CONSISTENT, RELEVANT = 0.9, 0.5
"""Consistency and relevance from which sets call a condition necessary."""


def pairs(entry: Proposition) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Conditions (several of them jointly) and outcome of each deciding quantity.

    Examples
    --------
    >>> from mlbc_stats import theory
    >>> pairs(theory.load_propositions().proposition("H4"))[2]
    (('dp', 'ti'), 'ai_reach')
    """
    split = (text.split("->") for text in entry.deciding)
    return tuple((tuple(left.strip().split("*")), right.strip()) for left, right in split)


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    counts = [len(_cases(given, conditions, outcome)) for conditions, outcome in pairs(entry)]
    return too_few(min(counts), FEWEST)


def _cases(given: Given, conditions: tuple[str, ...], outcome: str) -> pd.DataFrame:
    """Complete units: x, the smallest of the conditions, since all of them are needed; y, the outcome."""
    scores = unit_scores(given, [*conditions, outcome]).dropna()
    return pd.DataFrame({"x": scores[list(conditions)].min(axis=1), "y": scores[outcome]})


def _quantities(entry: Proposition, given: Given) -> Found:
    table = [
        _row(name, _cases(given, *pair), given.seed)
        for name, pair in zip(entry.deciding, pairs(entry), strict=True)
    ]
    told = (
        f"{CEILING.upper().replace('_', '-')} on the scale of the answers, {PERMUTATIONS} permutations; conditions "
        "named together are their smallest; associational"
    )
    return Found(
        tuple(row[0] for row in table), min(row[1] for row in table), (told, *(row[2] for row in table))
    )


def _row(name: str, cases: pd.DataFrame, seed: int) -> tuple[Quantity, int, str]:
    """The effect size with its test and interval, and where ceilings, sets and the slope agree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = necessity.fit(
            cases, "x", "y", ceilings=(CEILING,), scope=_scope(cases), permutations=PERMUTATIONS, seed=seed
        )
    condition = found.conditions["x"]
    size = float(condition.effects[CEILING].size)
    draws = _resampled(cases, seed)
    quantity = Quantity(name, size, float(draws.std(ddof=1)), p=condition.p_value(CEILING), draws=draws)
    fit = _as_sets(cases)
    slope = float(np.corrcoef(cases["x"], cases["y"])[0, 1])
    called = fit[0] >= CONSISTENT and fit[1] >= RELEVANT
    told = (
        f"{name}: effect size {size:.2f}, p = {quantity.p:.3f}; as sets {'necessary' if called else 'not necessary'}, "
        f"consistency {fit[0]:.2f}, relevance {fit[1]:.2f}; correlation {slope:.2f}"
    )
    return quantity, len(cases), told


def _scope(cases: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """What could be answered: scores lie between 0 and 1."""
    return dict.fromkeys(cases.columns, (0.0, 1.0))


def _resampled(cases: pd.DataFrame, seed: int) -> np.ndarray:
    """Effect sizes of resamples; a ceiling over fewer different cases lies lower, so that they lean upwards."""
    rng, n = np.random.default_rng(seed), len(cases)
    sizes = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for _ in range(RESAMPLES):
            drawn = cases.iloc[rng.integers(n, size=n)]
            one = necessity.fit(drawn, "x", "y", ceilings=(CEILING,), scope=_scope(cases))
            sizes.append(one.conditions["x"].effects[CEILING].size)
    return np.array(sizes, dtype=float)


def _as_sets(cases: pd.DataFrame) -> tuple[float, float]:
    """Consistency and relevance of x as necessary for y, memberships by quantiles; NaN where those coincide."""
    held = {}
    for name in cases:
        anchors = np.quantile(cases[name], ANCHORS)
        if np.any(np.diff(anchors) <= 0):
            return float("nan"), float("nan")
        held[str(name)] = sets.calibrate(cases[name].to_numpy(), anchors.tolist())
    row = sets.necessity(held, "y", ["x"], complements=False).iloc[0]
    return float(row["consistency"]), float(row["relevance"])


CEILINGS = Decider(_obstacle, _quantities)
