"""Fit as nearness to an ideal profile."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mlbc_stats import regression
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.perspectives.asked import Answer, Asked, Floats, complete_scores
from mlbc_stats.theory.verdicts.quantity import Quantity

RANDOM, FEWEST = 500, 5
"""Random profiles behind the comparison, and best performers without whom there is no ideal."""


def profile_deviation(asked: Asked) -> Answer:
    """Slope of the outcome on d = √Σ w_j (x_j − ideal_j)², standardized, in cases that did not give the ideal.

    Beside it: how often the distance from the mean of as many random cases goes with the outcome as strongly.
    """
    options = asked.options
    _check(asked)
    scores, notes = complete_scores(asked, 20)
    x = np.column_stack([scores[name] for name in asked.predictors])
    y = scores[asked.outcome]
    rng = np.random.default_rng(options.seed)
    weights = np.array([options.weights.get(name, 1.0) for name in asked.predictors])
    if options.ideal:
        ideal, tested, count = (
            _stated(asked),
            np.ones(len(y), dtype=bool),
            max(FEWEST, int(options.top * len(y))),
        )
    else:
        ideal, tested, count = _of_the_best(x, y, asked, rng)
    used = {name: values[tested] for name, values in scores.items()}
    used["distance"] = _standard(_distances(x[tested], ideal, weights))
    used[asked.outcome] = _standard(used[asked.outcome])
    found = regression.fit(used, asked.outcome, ["distance", *asked.controls])
    estimate, se = found.value("distance")
    chance = _chance(
        x, y, tested, weights, count, rng, float(np.corrcoef(used["distance"], used[asked.outcome])[0, 1])
    )
    table = pd.DataFrame({"predictor": asked.predictors, "ideal (standardized)": ideal, "weight": weights})
    told = f"{100 * chance:.3g} % of {RANDOM} profiles of random cases go with {asked.outcome} as strongly"
    return Answer(Quantity("distance", estimate, se), found.n, table, found, notes=notes, remarks=(told,))


def _of_the_best(
    x: Floats, y: Floats, asked: Asked, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_], int]:
    """Mean of the best performers of a random part; the rest is tested."""
    n = len(y)
    part = rng.permutation(n)[: round(asked.options.calibration * n)]
    count = max(FEWEST, round(asked.options.top * len(part)))
    if len(part) < 2 * count or n - len(part) < 10:
        raise DataError(
            f"{n} complete cases: a calibration share of {asked.options.calibration:g} leaves {len(part)} to find the "
            f"{count} best in and {n - len(part)} to test; state the ideal profile instead (ideal=)"
        )
    best = part[np.argsort(y[part])[-count:]]
    tested = np.ones(n, dtype=bool)
    tested[part] = False
    return x[best].mean(axis=0), tested, count


def _stated(asked: Asked) -> Floats:
    """The stated profile, standardized as the cases are."""
    values = read_columns(asked.data, [asked.outcome, *asked.predictors, *asked.controls])
    kept = values[~np.isnan(values).any(axis=1), 1 : 1 + len(asked.predictors)]
    ideal = np.array([asked.options.ideal[name] for name in asked.predictors], dtype=float)
    return np.asarray((ideal - kept.mean(axis=0)) / kept.std(axis=0, ddof=1))


def _distances(x: Floats, ideal: Floats, weights: Floats) -> Floats:
    return np.asarray(np.sqrt(((x - ideal) ** 2 * weights).sum(axis=1)))


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std(ddof=1))


def _chance(
    x: Floats,
    y: Floats,
    tested: NDArray[np.bool_],
    weights: Floats,
    count: int,
    rng: np.random.Generator,
    reached: float,
) -> float:
    """Share of random profiles whose distance correlates with the outcome as negatively as the ideal's."""
    picks = (x[rng.choice(len(x), size=count, replace=False)].mean(axis=0) for _ in range(RANDOM))
    found = [np.corrcoef(_distances(x[tested], pick, weights), y[tested])[0, 1] for pick in picks]
    return float(np.mean(np.array(found) <= reached))


def _check(asked: Asked) -> None:
    options = asked.options
    for label, given in (("ideal", options.ideal), ("weights", options.weights)):
        if strange := [name for name in given if name not in asked.predictors]:
            hint = did_you_mean(strange[0], asked.predictors)
            raise ModelError(f"{label} of {', '.join(strange)}: not among the predictors{hint}")
    if options.ideal and (lost := [name for name in asked.predictors if name not in options.ideal]):
        raise ModelError(f"the ideal profile lacks {', '.join(lost)}")
    if any(weight < 0 for weight in options.weights.values()):
        raise ModelError("weights must not be negative")
    if not (0 < options.top < 0.5 and 0 < options.calibration < 1):
        raise ModelError(
            f"top={options.top!r}, calibration={options.calibration!r}: expected shares below .5 and below 1"
        )
