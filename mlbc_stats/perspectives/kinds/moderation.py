"""Fit as moderation: the effect of one predictor depends on the other."""

from __future__ import annotations

from mlbc_stats import regression, sem
from mlbc_stats.perspectives.asked import Answer, Asked, complete_scores
from mlbc_stats.perspectives.kinds.latent import fitted
from mlbc_stats.theory.verdicts.judging import standardized
from mlbc_stats.theory.verdicts.quantity import Quantity


def moderation(asked: Asked) -> Answer:
    """The product of both among the predictors: observed with HC3 errors, latent by quasi maximum likelihood."""
    first, second = asked.predictors
    name = f"{first}:{second}"
    if asked.latent:
        return _latent(asked, name)
    scores, notes = complete_scores(asked, 10)
    scores[name] = scores[first] * scores[second]
    found = regression.fit(scores, asked.outcome, [first, second, name, *asked.controls])
    return Answer(Quantity(name, *found.value(name)), found.n, found.table, found, notes=notes)


def _latent(asked: Asked, name: str) -> Answer:
    right = " + ".join([*asked.predictors, name, *asked.controls])
    model = f"{asked.measurement()}{asked.outcome} ~ {right}\n"
    found, doubts, notes = fitted(lambda: sem.fit(model, asked.data, interactions="qml", estimator="MLR"))
    quantity = Quantity(name, *standardized(found, f"{asked.outcome} ~ {name}"))
    return Answer(quantity, int(found.nobs), found.standardized, found, doubts, notes)
