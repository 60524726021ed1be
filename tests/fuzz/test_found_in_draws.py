"""What random cases found in bootstrap and Monte Carlo: each test is one fault, with its reason."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning, ModelError
from mlbc_stats.sem.inference.intervals import KINDS, intervals


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Our own warnings are not what is tested; all others are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        yield


def improper(**arguments: object) -> sem.SemResult:
    """A fit by ULS whose implied covariance matrix is not positive definite."""
    cov = np.array([[1, 0.9, 0.2], [0.9, 1, 0.8], [0.2, 0.8, 1]])
    x = np.random.default_rng(1).multivariate_normal(np.zeros(3), np.eye(3), 40)
    x = (x - x.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T
    root = np.linalg.cholesky(cov + 0.2 * np.eye(3))
    data = pd.DataFrame(x @ root.T, columns=list("abc"))
    fit = sem.fit("a ~~ 1*a + 0.9*b + -0.9*c\nb ~~ 1*b + 0.9*c\nc ~~ v*c", data, estimator="ULS", **arguments)
    assert fit.converged
    assert not np.all(np.linalg.eigvalsh(fit.sigma[0]) > 0)
    return fit


@pytest.mark.parametrize("kind", ["parametric", "bollen_stine"])
def test_nothing_is_drawn_from_a_matrix_that_is_not_positive_definite(kind: str) -> None:
    """np.linalg.cholesky raised LinAlgError."""
    with pytest.raises(ModelError, match="implied covariance matrix is not positive definite"):
        sem.bootstrap(improper(), 5, kind=kind, seed=1)


def test_no_population_has_a_matrix_that_is_not_positive_definite() -> None:
    with pytest.raises(ModelError, match="implied covariance matrix is not positive definite"):
        sem.monte_carlo(improper(), 50, 5, seed=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1])
def test_no_interval_from_fewer_than_two_draws(kind: str, count: int) -> None:
    """Means of nothing warned, and quantiles of nothing were an IndexError."""
    lower, upper = intervals(np.zeros(3), np.zeros((count, 3)), kind, 0.95)
    assert np.isnan(lower).all()
    assert np.isnan(upper).all()


def test_resamples_that_do_not_converge_leave_no_numbers() -> None:
    """Four cases for three variables: in most resamples two variables are collinear."""
    x = np.random.default_rng(2).normal(size=(4, 3))
    draws = sem.bootstrap(sem.fit("a ~~ b\nb ~~ c\na ~~ c", pd.DataFrame(x, columns=list("abc"))), 3, seed=4)
    empty = sem.BootstrapResult(
        draws.kind,
        np.full_like(draws.theta, np.nan),
        draws.rams,
        np.full(3, np.nan),
        np.zeros(3, dtype=bool),
        np.zeros(3, dtype=bool),
        4,
        draws.fit,
    )
    assert empty.parameters()[["se", "bias", "ci_lower", "ci_upper"]].isna().all(axis=None)
    assert np.isnan(empty.pvalue)


def test_a_resample_without_a_category_has_no_weight() -> None:
    """1/0 in the diagonal weight of ordinal data warned."""
    rng = np.random.default_rng(5)
    latent = rng.normal(size=(40, 1)) + rng.normal(size=(40, 3))
    items = (latent > np.quantile(latent, [0.95, 0.5, 0.5], axis=0).diagonal()) + 1.0
    fit = sem.cfa("f =~ a + b + c", pd.DataFrame(items, columns=list("abc")), ordered=True)
    assert fit.converged
    assert not sem.bootstrap(fit, 40, seed=1).converged.all()


def test_samples_without_a_solution_have_no_statistic() -> None:
    """χ² of a sample whose search found nothing was infinite; without any solution a reshape failed."""
    cov = {"names": ["a", "b", "c"], "values": [[1, 0.02, 0.01], [0.02, 1, 0.03], [0.01, 0.03, 1]]}
    drawn = sem.monte_carlo(sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=200), 4, 30, seed=1)
    assert not drawn.converged.all()
    assert np.isnan(drawn.chisq[~drawn.converged]).all()
    assert np.isnan(drawn.pvalue[~drawn.converged]).all()
