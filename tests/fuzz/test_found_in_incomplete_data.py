"""What random cases found about variables that are never observed together."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.fit_measures.group_moments import group_moments
from mlbc_stats.sem.fit_measures.residual import residual_summary

MODEL = "f =~ a + b + c + d + e"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 5))
    x[::2, 0] = np.nan
    x[1::2, 1] = np.nan
    return pd.DataFrame(x, columns=list("abcde"))


def quiet(model: str, data: pd.DataFrame, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sem.fit(model, data, missing="fiml", **arguments)


def test_their_covariance_is_no_moment(data: pd.DataFrame) -> None:
    """20 moments less the one that no data tell, and 15 parameters; lavaan counts 5 degrees of freedom."""
    fit = quiet(MODEL, data)
    assert fit.tests[0].df == 4
    assert fit.fit_measures["baseline_df"] == 9
    assert quiet(MODEL, data.assign(b=data["c"] + data["d"].rolling(3, 1).mean())).tests[0].df == 5


def test_a_parameter_that_only_they_would_tell_does_not_count_either(data: pd.DataFrame) -> None:
    """The saturated model of three of them: nine moments and parameters on paper, eight of each in the data."""
    fit = quiet("a ~~ b + c\nb ~~ c", data[["a", "b", "c"]])
    assert fit.tests[0].df == 0
    assert np.isnan(fit.vcov.loc["a~~b", "a~~b"])


@pytest.mark.parametrize("kind", ["raw", "cor", "normalized", "standardized"])
def test_they_have_no_residual(data: pd.DataFrame, kind: str) -> None:
    """It was the difference to an arbitrary number, over the error of an identity matrix."""
    (found,) = sem.residuals(quiet(MODEL, data), kind)
    assert np.isnan(found.cov.loc["a", "b"])
    assert np.isfinite(found.cov.to_numpy()).sum() == 23


def test_indices_do_not_rest_on_their_covariance(data: pd.DataFrame) -> None:
    """Without a determined saturated covariance there is no complete-data statistic; the scaled test needs none."""
    fit = quiet(MODEL, data, estimator="MLR")
    assert np.isnan(fit.fit_measures[["cfi_robust", "rmsea_robust"]]).all()
    assert fit.tests[1].scaling_factor == pytest.approx(1, abs=0.2)
    (moments,) = fit.moments
    other = moments.cov.copy()
    other[0, 1] = other[1, 0] = 0.5
    elsewhere = replace(fit.solution, moments=(replace(moments, cov=other),))
    first, second = (residual_summary(group_moments(each)) for each in (fit.solution, elsewhere))
    assert first.srmr_bentler == second.srmr_bentler
    assert first.gfi == pytest.approx(second.gfi, abs=1e-12, nan_ok=True)


def test_residuals_of_ordinal_data_with_plain_errors() -> None:
    """Their moments were taken for those of continuous data where errors are not robust: a ValueError."""
    rng = np.random.default_rng(2)
    z = rng.normal(size=200)
    m = (0.5 * z + rng.normal(size=200) > 0) + 1.0
    data = pd.DataFrame({"z": z, "m": m, "y": m + rng.normal(size=200)})
    fit = sem.fit("m ~ z\ny ~ m + z", data, ordered=["m"], estimator="DWLS", se="standard")
    (found,) = sem.residuals(fit, "normalized")
    assert np.isfinite(found.cov.to_numpy()).all()
