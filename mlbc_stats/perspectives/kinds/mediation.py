"""Fit as mediation: one predictor acts through the other."""

from __future__ import annotations

import numpy as np

from mlbc_stats import sem
from mlbc_stats.perspectives.asked import Answer, Asked, Floats, complete_scores
from mlbc_stats.perspectives.kinds.latent import fitted
from mlbc_stats.theory.verdicts.judging import standardized
from mlbc_stats.theory.verdicts.quantity import Quantity

FEWEST = 10
"""Resamples without which percentiles mean nothing."""


def mediation(asked: Asked) -> Answer:
    """The indirect effect a·b, standardized; direct and total effect beside it."""
    first, second = asked.predictors
    controls = "".join(f" + {name}" for name in asked.controls)
    model = (
        f"{asked.measurement()}{second} ~ a*{first}{controls}\n"
        f"{asked.outcome} ~ b*{second} + c*{first}{controls}\n"
        "indirect := a*b\ntotal := c + a*b\n"
    )
    data, notes = (asked.data, ()) if asked.latent else complete_scores(asked, 10)
    found, doubts, more = fitted(lambda: sem.fit(model, data, estimator="MLR", fixed_x=False))
    estimate, se = standardized(found, "indirect := a*b")
    draws = np.empty(0) if asked.latent else _draws(asked, data)
    quantity = Quantity("indirect", estimate, se, draws=draws)
    return Answer(quantity, int(found.nobs), found.standardized, found, doubts, (*notes, *more))


def _draws(asked: Asked, scores: dict[str, Floats]) -> Floats:
    """(B,) indirect effects in resamples of cases, each standardized within its resample."""
    count = asked.options.bootstrap
    if count < FEWEST:
        return np.empty(0)
    names = [*asked.predictors, asked.outcome, *asked.controls]
    table = np.column_stack([scores[name] for name in names])
    n, rng, controls = len(table), np.random.default_rng(asked.options.seed), slice(3, None)
    out = np.empty(count)
    for b in range(count):
        r = np.asarray(np.corrcoef(table[rng.integers(n, size=n)], rowvar=False))
        others = np.r_[0, np.arange(len(names))[controls]]
        a = np.linalg.lstsq(r[np.ix_(others, others)], r[others, 1], rcond=None)[0][0]
        right = np.r_[1, others]
        out[b] = a * np.linalg.lstsq(r[np.ix_(right, right)], r[right, 2], rcond=None)[0][0]
    return out
