"""Monte Carlo of populations given as text: true values, wrong models, defined parameters, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.simulation.population import Population, draw_moments, population_moments

TRUTH = "f =~ .8*a + .8*b + .8*c; f ~~ 1*f; y ~ .3*f; z ~ .4*y; " + "; ".join(
    f"{name} ~~ .36*{name}" for name in "abc"
)
MODEL = "f =~ a + b + c; y ~ p*f; z ~ q*y; ab := p*q"


def test_moments_of_a_text() -> None:
    population = population_moments("y ~ .5*x; x ~~ 4*x; x ~ 2*1; y ~ 1*1")
    at = [population.names.index(name) for name in ("y", "x")]
    assert population.cov[0][np.ix_(at, at)] == pytest.approx(np.array([[2.0, 2.0], [2.0, 4.0]]))
    assert population.mean[0][at].tolist() == [2.0, 2.0]


def test_drawn_moments_have_the_moments_of_wishart_matrices() -> None:
    cov = np.array([[2.0, 0.6], [0.6, 1.0]])
    population = Population(("a", "b"), (cov,), (np.array([1.0, -1.0]),))
    (drawn,) = draw_moments(population, (50,), "n-1", np.random.default_rng(1), 20_000)
    assert drawn.cov.mean(axis=0) == pytest.approx(cov, abs=0.02)
    assert drawn.cov[:, 0, 1].var() == pytest.approx((0.36 + 2.0) / 49, rel=0.05)
    assert drawn.mean.mean(axis=0) == pytest.approx([1.0, -1.0], abs=0.01)
    assert np.cov(drawn.mean.T) == pytest.approx(cov / 50, abs=0.002)


def test_true_values_of_defined_parameters() -> None:
    drawn = sem.monte_carlo(TRUTH, 300, 600, model=MODEL, std_lv=True, seed=4)
    table = drawn.table()
    assert table.loc["p", "population"] == pytest.approx(0.3, abs=1e-6)
    assert table.loc["ab", "population"] == pytest.approx(0.12, abs=1e-6)
    assert table.loc["ab", "mean_se"] == pytest.approx(table.loc["ab", "sd"], rel=0.1)
    assert 0.9 < table.loc["ab", "coverage"] < 0.98
    assert table.loc["ab", "power"] > 0.9


def test_a_defined_error_is_that_of_a_single_fit() -> None:
    population = population_moments(TRUTH)
    (moments,) = draw_moments(population, (200,), "n", np.random.default_rng(0), 1)
    cov = {"names": list(population.names), "values": moments.cov[0] * 200 / 199}
    one = sem.fit(MODEL, sample_cov=cov, sample_nobs=200)
    drawn = sem.monte_carlo(one, None, 300, seed=1)
    assert drawn.names[-1] == "ab"
    assert drawn.n == (200,)
    expected = one.parameters.query("lhs == 'ab'")["se"].iloc[0]
    assert np.nanmean(drawn.se[:, -1]) == pytest.approx(expected, rel=0.1)


def test_a_wrong_model_shows_its_bias_and_its_power() -> None:
    two = "f =~ .7*a + .7*b + .7*c; g =~ .7*d + .7*e + .7*h; f ~~ .5*g; f ~~ 1*f; g ~~ 1*g"
    two += "".join(f"; {x} ~~ .51*{x}" for x in "abcdeh")
    right = sem.monte_carlo(two, 200, 400, model="f =~ a + b + c; g =~ d + e + h", seed=1)
    wrong = sem.monte_carlo(two, 200, 400, model="f =~ a + b + c + d + e + h", seed=1)
    assert right.rejection() < 0.1
    assert wrong.rejection() > 0.95


def test_a_fit_as_population_of_another_model() -> None:
    one = sem.fit("f =~ a + b + c; y ~ f; z ~ y", sample_cov=_exact(), sample_nobs=500)
    drawn = sem.monte_carlo(one, 250, 300, model=MODEL, seed=1)
    assert drawn.table().loc["q", "population"] == pytest.approx(0.4, abs=1e-4)


def _exact() -> dict:
    population = population_moments(TRUTH)
    return {"names": list(population.names), "values": population.cov[0]}


@pytest.mark.parametrize(
    ("population", "arguments", "message"),
    [
        (TRUTH, {}, "needs model="),
        ("f =~ .8*a + b + .8*c", {"model": "f =~ a + b + c"}, "no value for f =~ b"),
        ("a ~~ 2*b", {"model": "a ~~ b"}, "not positive definite"),
        (TRUTH, {"model": MODEL, "n": 3}, "sample size"),
    ],
)
def test_refusals(population: str, arguments: dict, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        sem.monte_carlo(population, **{"n": 100, "replications": 10, **arguments})
