"""Cutoffs of fit for one model and size: they keep right models and reject wrong ones."""

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, NotServedError

MODEL = "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8"


def sample(n, seed, second=0.0):
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    method = rng.standard_normal((n, 1)) * second
    x = np.repeat(factors, 4, axis=1) * 0.8 + 0.6 * rng.standard_normal((n, 8))
    x[:, [0, 2, 4, 6]] += method
    return pd.DataFrame(x, columns=[f"x{k}" for k in range(1, 9)])


def test_right_models_pass_and_wrong_ones_do_not():
    right = [sem.fit_cutoffs(sem.cfa(MODEL, sample(300, seed)), 60, seed=1).passed for seed in range(12)]
    wrong = [sem.fit_cutoffs(sem.cfa(MODEL, sample(300, seed, 0.6)), 60, seed=1).passed for seed in range(12)]
    assert sum(right) >= 11
    assert sum(wrong) <= 1


def test_indices_of_simulated_samples_are_those_of_fits():
    """One drawn sample, fitted by the whole library."""
    from mlbc_stats.parallel import spawn_generators
    from mlbc_stats.sem.constraints.linear_space import linear_space
    from mlbc_stats.sem.constraints.system import constraint_system
    from mlbc_stats.sem.estimation.refit import refit
    from mlbc_stats.sem.implied.compile import compile_table
    from mlbc_stats.sem.implied.moments import imply
    from mlbc_stats.sem.simulation import fit_cutoffs as module
    from mlbc_stats.sem.simulation.population import draw_moments

    fit = sem.cfa(MODEL, sample(300, 1))
    (moments,) = draw_moments(module.fitted_population(fit), (300,), "n", spawn_generators(1, 1)[0], 2)
    system = constraint_system(fit.table)
    got = refit(compile_table(fit.table), (moments,), fit.method, system, linear_space(system), fit.theta)
    sigma = imply(got.rams[0], got.estimate.theta).sigma
    found = module._indices(fit, moments, sigma, got.estimate.value)[1]
    cov = pd.DataFrame(moments.cov[1] * 300 / 299, index=fit.table.observed, columns=fit.table.observed)
    again = sem.cfa(MODEL, sample_cov=cov, sample_nobs=300).fit_measures
    np.testing.assert_allclose(found, again[["rmsea", "srmr", "cfi"]].to_numpy(float), atol=1e-6)


def test_robust_indices_are_the_observed_ones():
    fit = sem.cfa(MODEL, sample(300, 2), estimator="MLR")
    found = sem.fit_cutoffs(fit, 40, seed=1)
    assert found.observed[0] == fit.fit_measures["rmsea_robust"]
    assert found.observed[1] == fit.fit_measures["srmr"]


def test_a_larger_sample_has_narrower_cutoffs():
    small, large = (sem.fit_cutoffs(sem.cfa(MODEL, sample(n, 3)), 80, seed=1) for n in (100, 1000))
    assert large.right[0] < small.right[0]
    assert large.right[2] > small.right[2]


def test_the_same_seed_gives_the_same_cutoffs():
    fit = sem.cfa(MODEL, sample(200, 4))
    one, other = (sem.fit_cutoffs(fit, 50, seed=5, workers=count).table() for count in (1, 2))
    np.testing.assert_allclose(one.to_numpy(), other.to_numpy(), atol=1e-7)


@pytest.mark.parametrize(
    ("model", "arguments", "error"),
    [
        ("f =~ x1 + x2 + x3", {}, ModelError),
        (MODEL, {"ordered": True}, NotServedError),
    ],
)
def test_what_cannot_be_simulated_is_refused(model, arguments, error):
    data = sample(200, 1)
    if arguments:
        data = data.apply(lambda column: pd.qcut(column, 3, labels=False))
    with pytest.raises(error):
        sem.fit_cutoffs(sem.cfa(model, data, **arguments), 20, seed=1)


def test_as_many_cases_as_variables_are_too_few():
    cov = sample(100, 1).cov()
    with pytest.raises(ModelError, match="more cases than variables"):
        sem.fit_cutoffs(sem.cfa(MODEL, sample_cov=cov, sample_nobs=8), 20)
