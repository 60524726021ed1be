"""H5, H8: benefits by phase, each step from one phase to the next with its interval."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlbc_stats import regression
from mlbc_stats.theory.deciders.scores import unit_scores
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.states import Obstacle, State
from mlbc_stats.theory.verdicts.quantity import Found, Quantity

if TYPE_CHECKING:
    from mlbc_stats.regression import RegressionResult
    from mlbc_stats.theory.deciders.seam import Given
    from mlbc_stats.theory.entries import Proposition

COMPONENTS = ("dp", "ti", "am", "gv", "ac", "os")
STAGES = tuple(f"stage_{name}_1" for name in COMPONENTS)
"""Items with the single choice of each component, 0 (none) to 3 (platformizing)."""
FEWEST = 5
"""Organizations in a phase without which a step to it or from it is not judged."""
STEP = re.compile(r"(\w+): (\d) < (\d)")
LEAP = re.compile(r"step_(\d)_(\d)")
OUTCOME = re.compile(r"\badv_\w+\b")
TOLD = (
    "the phase of an organization is the median of its components' stages; steps are differences of neighbouring "
    "phases in standard deviations of the outcome, by regression with HC3 errors, associational"
)


def _obstacle(entry: Proposition, given: Given) -> Obstacle | None:
    if not set(STAGES) <= set(given.frame.columns) or not given.frame[list(STAGES)].notna().any().all():
        return Obstacle(State.NOT_ASKED, "the stage of each component was not asked (ai_scaling_staged)")
    counts = phases(given.frame).value_counts()
    ends = sorted({end for pair in _steps(entry) for end in pair})
    few = [end for end in ends if counts.get(end, 0) < FEWEST]
    if not few:
        return None
    found = ", ".join(f"{counts.get(end, 0)} in phase {end}" for end in few)
    return Obstacle(State.VARIATION, f"{found}; a step takes {FEWEST} organizations or more on both sides")


def phases(frame: pd.DataFrame) -> pd.Series:
    """Phase of each unit: the median of its stages, halves upwards; NaN where fewer than half were chosen."""
    stages = frame[list(STAGES)]
    middle = np.floor(stages.median(axis=1) + 0.5)
    return middle.where(stages.notna().sum(axis=1) * 2 >= len(STAGES))


def _steps(entry: Proposition) -> list[tuple[int, int]]:
    text = " ".join(entry.deciding)
    found = [(int(first), int(second)) for _, first, second in STEP.findall(text)]
    return found or [(int(first), int(second)) for first, second in LEAP.findall(text)]


def _quantities(entry: Proposition, given: Given) -> Found:
    names = list(dict.fromkeys(OUTCOME.findall(f"{entry.fragment} {' '.join(entry.deciding)}")))
    scores = unit_scores(given, names)
    phase = phases(given.frame)
    if ":=" in entry.deciding[0]:
        fit = _regress(_standard(scores).mean(axis=1), phase)
        return Found((_leap(entry.deciding[0], fit),), fit.n, (TOLD, _sizes(fit)))
    fits = {name: _regress(scores[name], phase) for name in names}
    parts = []
    for quantity in entry.deciding:
        name, _, upper = STEP.findall(quantity)[0]
        parts.append(Quantity(quantity, *fits[name].value(f"reached {upper}")))
    sizes = tuple(f"{name}: {_sizes(fit)}" for name, fit in fits.items())
    return Found(tuple(parts), min(fit.n for fit in fits.values()), (TOLD, *sizes))


def _standard(scores: pd.DataFrame) -> pd.DataFrame:
    return (scores - scores.mean()) / scores.std()


def _regress(outcome: pd.Series, phase: pd.Series) -> RegressionResult:
    """On whether each phase was reached, so that a coefficient is a step; the outcome is standardized."""
    whole = outcome.notna() & phase.notna()
    y, at = outcome[whole], phase[whole]
    table = {"outcome": ((y - y.mean()) / y.std()).to_numpy()}
    levels = sorted(at.unique())
    for lower, upper in pairwise(levels):
        if upper - lower == 1:
            table[f"reached {int(upper)}"] = (at >= upper).to_numpy(float)
        else:  # a phase that nobody is in: the step across it is no step
            table[f"reached {int(lower) + 1} to {int(upper)}"] = (at >= upper).to_numpy(float)
    return regression.fit(table, "outcome", [name for name in table if name != "outcome"])


def _leap(quantity: str, fit: RegressionResult) -> Quantity:
    (_, first), (_, second) = LEAP.findall(quantity)
    weights = np.zeros(len(fit.names))
    weights[fit.names.index(f"reached {first}")] = 1.0
    weights[fit.names.index(f"reached {second}")] = -1.0
    return Quantity(quantity, float(weights @ fit.coefficients), float(np.sqrt(weights @ fit.vcov @ weights)))


def _sizes(fit: RegressionResult) -> str:
    rows = fit.table.iloc[1:]
    told = (f"{r.term} {r.est:.2f} [{r.ci_lower:.2f}, {r.ci_upper:.2f}]" for r in rows.itertuples())
    return "step sizes: " + ", ".join(told)


STEPS = Decider(_obstacle, _quantities)
