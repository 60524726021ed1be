"""Further starts of incomplete data whose rough objective is finite nowhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlbc_stats import sem
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.discrepancy.functions import maximum_likelihood
from mlbc_stats.sem.estimation.search.best_point import _from_further
from mlbc_stats.sem.estimation.search.problem import Problem


def test_there_is_nothing_to_follow() -> None:
    rng = np.random.default_rng(1)
    answers = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))
    answers[::7, 1] = np.nan
    fit = sem.cfa("f =~ a + b + c + d", dict(zip("abcd", answers.T, strict=True)), missing="fiml")
    objective, q = fit.solution.objective, len(fit.theta)
    nowhere = replace(objective, discrepancies=(maximum_likelihood(np.full((4, 4), np.nan), np.zeros(4)),))
    problem = Problem(fit.table, fit.moments, objective, nowhere, Space(None, np.zeros(q)), None, 200)
    assert _from_further(problem, fit.theta + rng.normal(size=(3, q)), 20) == []
