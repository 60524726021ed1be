"""Groups that share no parameter are searched one by one; together they are what one search of all would find."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.audit import audit_point
from mlbc_stats.sem.estimation.constrained import Constrained
from mlbc_stats.sem.estimation.objective import evaluate, values
from mlbc_stats.sem.estimation.search.problem import Problem, separate
from mlbc_stats.sem.implied import first_derivatives
from tests.reference.corpus import read_table

ITEMS = [f"x{i}" for i in range(1, 10)]
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def schools(share: float, seed: int) -> pd.DataFrame:
    """Holzinger and Swineford's pupils with a share of the scores lost at random."""
    data = pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))
    scores = data[ITEMS].to_numpy(float).copy()
    scores[np.random.default_rng(seed).random(scores.shape) < share] = np.nan
    return data.assign(**dict(zip(ITEMS, scores.T, strict=True)))


def quiet(data: pd.DataFrame, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.cfa(MODEL, data, missing="fiml", **arguments)


def problem_of(result: sem.SemResult) -> Problem:
    solution = result.solution
    space = Space(None, np.zeros(len(solution.theta)))
    return Problem(result.table, solution.moments, solution.objective, solution.objective, space, None, 200)


def test_the_discrepancy_is_the_sum_of_its_groups() -> None:
    result = quiet(schools(0.2, 1), group="school")
    parts = separate(problem_of(result))
    assert len(parts) == 2
    theta = result.theta + 0.05 * np.random.default_rng(3).normal(size=len(result.theta))
    whole = evaluate(result.solution.objective, theta[None])
    shares = result.solution.objective.shares
    each = [evaluate(part.problem.objective, theta[None, part.places]) for part in parts]
    assert whole.value[0] == pytest.approx(float(shares @ [one.value[0] for one in each]), rel=1e-12)
    for share, part, one in zip(shares, parts, each, strict=True):
        np.testing.assert_allclose(whole.gradient[0, part.places], share * one.gradient[0], atol=1e-12)
        assert part.problem.table.n_free == len(part.places)


def test_groups_with_equal_parameters_stay_together() -> None:
    tied = quiet(schools(0.2, 1), group="school", group_equal="loadings")
    basis = tied.solution.basis
    assert basis is not None
    assert not separate(replace(problem_of(tied), space=Space(basis, np.zeros(len(basis)))))
    assert not separate(problem_of(quiet(schools(0.2, 1))))


@pytest.mark.parametrize(("share", "seed"), [(0.4, 1), (0.4, 15), (0.3, 21)])
def test_what_is_found_group_by_group_is_a_minimum_of_all(share: float, seed: int) -> None:
    """Each group alone has the same minimum, and the whole is audited as one."""
    data = schools(share, seed)
    both = quiet(data, group="school")
    assert both.converged and both.audit is not None and both.audit.starts > 1
    none = np.zeros(0)
    again = audit_point(
        both.solution.objective,
        Space(None, np.zeros(len(both.theta))),
        None,
        Constrained(both.estimate, none, none.astype(bool)),
    )
    assert again.passed
    alone = [quiet(part) for _, part in data.groupby("school", sort=False)]
    logl = sum(one.fit_measures["logl"] for one in alone)
    assert both.fit_measures["logl"] == pytest.approx(logl, abs=1e-6)


def test_values_alone_are_those_of_the_whole_evaluation() -> None:
    result = quiet(schools(0.2, 2), group="school")
    theta = result.theta + 0.3 * np.random.default_rng(4).normal(size=(6, len(result.theta)))
    theta[5] = -3.0
    whole = evaluate(result.solution.objective, theta).value
    np.testing.assert_allclose(values(result.solution.objective, theta), whole, rtol=1e-12)
    assert np.isinf(whole[5])


@pytest.mark.parametrize("observed", [False, True])
def test_information_through_moments_is_that_over_pairs_of_parameters(monkeypatch, observed: bool) -> None:
    result = quiet(schools(0.3, 5), group="school", group_equal=("loadings", "intercepts"))
    theta = result.theta + 0.05 * np.random.default_rng(6).normal(size=(3, len(result.theta)))
    found = []
    for limit in (0, 100):
        monkeypatch.setattr(first_derivatives, "MOMENTS_PER_PARAMETER", limit)
        found.append(evaluate(result.solution.objective, theta, observed).information)
    np.testing.assert_allclose(*found, rtol=1e-10, atol=1e-12)
