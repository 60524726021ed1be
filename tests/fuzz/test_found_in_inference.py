"""What random cases found in tests, errors and indices: each test is one fault, with its reason."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, DataWarning, MlbcWarning
from mlbc_stats.sem.comparing.difference import corrected_difference


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Our own warnings are not what is tested; all others are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        yield


def two_sided_answers(seed: int, n: int) -> pd.DataFrame:
    """Answers of 0 and 1 about one thing: their kurtosis is small."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(n, 1)) + rng.normal(size=(n, 4)) > 0, columns=list("abcd")) * 1.0


def test_a_scaling_factor_that_is_not_positive_gives_no_test() -> None:
    """The Yuan–Bentler factor is a difference of two estimates; negative, its root was a `math domain error`."""
    fit = sem.cfa("f =~ a + b + c + d", two_sided_answers(2, 50), estimator="MLR")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        scaled = fit.tests[1]
    assert fit.converged
    assert scaled.withheld
    assert np.isnan([scaled.stat, scaled.pvalue, scaled.scaling_factor]).all()
    assert np.isnan(fit.fit_measures[["chisq_scaled", "cfi_robust", "rmsea_robust"]]).all()
    assert np.isfinite(fit.fit_measures["chisq"])
    assert [each.category for each in said] == [DataWarning]
    assert "the test is withheld" in fit.summary()


def test_a_saturated_model_has_contributions_of_groups() -> None:
    """Without degrees of freedom the scaled test had none: IndexError in the summary."""
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(80, 2)), columns=["x", "y"])
    fit = sem.fit("y ~ x", data.assign(g=["A", "B"] * 40), group="g", estimator="MLR")
    assert len(fit.tests[1].group_stats) == 2
    assert "Contribution of each group" in fit.summary()


def test_differences_without_a_positive_trace() -> None:
    assert np.isnan(corrected_difference(3.0, 2, -0.1, 0.2, "shifted").stat)
    assert np.isnan(corrected_difference(3.0, 2, 0.1, 0.0, "adjusted").pvalue)


def test_weights_need_moments_that_vary_in_every_direction() -> None:
    """A singular Γ was inverted by rounding: F = −2e102."""
    rng = np.random.default_rng(3)
    few = rng.normal(size=(9, 3))
    data = pd.DataFrame(np.tile(few, (10, 1)), columns=list("abc"))
    with pytest.raises(DataError, match="singular with 90 cases"):
        sem.cfa("f =~ a + b + c", data, estimator="WLS", meanstructure=True)


def test_reliability_of_an_improper_solution() -> None:
    """Roots of negative variances warned, and shares of a variance of zero were a ZeroDivisionError."""
    cov = {"names": ["a", "b", "c"], "values": [[1, 0.1, 0.7], [0.1, 1, 0.7], [0.7, 0.7, 1]]}
    fit = sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100, estimator="ULS")
    reliability.summary(fit)


def test_two_stages_need_a_first_one() -> None:
    """Of two variables that are never observed together the fit was made, and its summary a DataError."""
    x = np.random.default_rng(4).normal(size=(60, 1)) + np.random.default_rng(5).normal(size=(60, 4))
    x[::2, 0] = np.nan
    x[1::2, 1] = np.nan
    data = pd.DataFrame(x, columns=list("abcd"))
    with pytest.raises(DataError, match="a and b are observed together in 0 % of the cases"):
        sem.cfa("f =~ a + b + c + d", data, missing="two.stage")
