"""Latent-basis growth in small samples: an inadmissible optimum is the only one there is, and is told."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.search.points import follow
from mlbc_stats.sem.estimation.search.problem import Problem, element
from mlbc_stats.sem.starting.values import start_values

MODEL = "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3 + 1*t4; s =~ 0*t0 + t1 + t2 + t3 + 1*t4"
CURVE = 2 * np.array([0.0, 0.35, 0.6, 0.85, 1.0])


def grown(seed: int, spread: float, cases: int = 30) -> sem.SemResult:
    rng = np.random.default_rng(seed)
    level, slope = rng.normal(5, 1, (cases, 1)), rng.normal(1, spread, (cases, 1))
    waves = level + slope * CURVE + 0.7 * rng.normal(size=(cases, 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.growth(MODEL, {f"t{k}": waves[:, k] for k in range(5)})


@pytest.mark.parametrize(("seed", "spread"), [(9, 0.5), (47, 0.5), (54, 0.25), (88, 0.25)])
def test_many_random_starts_find_nothing_lower_and_nothing_admissible(seed: int, spread: float) -> None:
    fit = grown(seed, spread)
    assert fit.converged and fit.doubts and "inadmissible" in fit.doubts[0]
    objective, count = fit.solution.objective, len(fit.theta)
    problem = Problem(
        fit.table, fit.solution.moments, objective, objective, Space(None, np.zeros(count)), None, 200
    )
    base, size = start_values(fit.table, fit.solution.moments), 24
    noise = np.random.default_rng(1).normal(size=(size, count)) * np.linspace(0.05, 1.0, size)[:, None]
    with np.errstate(all="ignore"):  # some starts are no place where anything is finite
        got = problem.optimize(base + noise * np.maximum(np.abs(base), 0.3), 60)
        ends = [
            follow(problem, element(got, k)) for k in np.flatnonzero(np.isfinite(got.estimate.value)).tolist()
        ]
    passed = [end for end in ends if end.audit.passed]
    assert len(passed) > size // 3
    assert min(end.value for end in passed) == pytest.approx(float(fit.estimate.value), abs=1e-9)
    assert not any(end.admissible for end in passed)
