"""Incomplete data that leave unrestricted moments no maximum: the model is estimated, comparisons are withheld."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.sem.comparing.correction import _unsaturated
from mlbc_stats.sem.estimation.objective import evaluate
from mlbc_stats.sem.implied.moments import imply
from tests.reference.corpus import read_table

DATA = pd.DataFrame(read_table("data/unsaturated45.csv"))
MODEL = "\n".join(f"f{k} =~ " + " + ".join(f"y{i}" for i in range(5 * k - 4, 5 * k + 1)) for k in (1, 2, 3))
EQUAL = MODEL.replace("y1 + y2 + y3", "y1 + a*y2 + a*y3")
UNTOUCHED = {
    "npar",
    "df",
    "df_scaled",
    "baseline_df",
    "baseline_df_scaled",
    "logl",
    "aic",
    "bic",
    "bic2",
    "ntotal",
}
"""Measures that compare the model with nothing; of the others only fixed numbers and LISREL's GFI are left."""


def quiet(model: str = MODEL, data: object = DATA, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return sem.cfa(model, data, missing="fiml", **arguments)


@pytest.fixture(scope="module")
def fit() -> sem.SemResult:
    return quiet()


@pytest.fixture(scope="module")
def robust() -> sem.SemResult:
    return quiet(estimator="MLR")


def casewise(result: sem.SemResult, theta: np.ndarray) -> float:
    """−2/n log-likelihood, case by case; what a case lacks stands in an identity matrix."""
    implied = imply(result.solution.rams[0], theta)
    rows = DATA[list(result.table.observed)].to_numpy()
    here = ~np.isnan(rows)
    sigma = np.where(here[:, :, None] & here[:, None, :], implied.sigma, np.eye(rows.shape[1]))
    gap = np.where(here, rows - implied.mu, 0.0)
    sign, logdet = np.linalg.slogdet(sigma)
    length = np.einsum("ni,ni->n", gap, np.linalg.solve(sigma, gap[..., None])[..., 0])
    return (
        float(np.mean(here.sum(axis=1) * np.log(2 * np.pi) + logdet + length)) if (sign > 0).all() else np.inf
    )


@pytest.mark.slow
def test_the_estimates_maximize_the_casewise_likelihood(fit) -> None:
    """From a perturbed start a quasi-Newton search with numerical slopes ends at the same point."""
    assert fit.converged and not fit.doubts
    assert -2 * fit.fit_measures["logl"] / fit.nobs == pytest.approx(casewise(fit, fit.theta), rel=1e-12)
    start = fit.theta + 0.01 * np.random.default_rng(1).normal(size=len(fit.theta))
    found = minimize(lambda theta: casewise(fit, theta), start, method="BFGS", options={"gtol": 1e-5})
    assert found.fun >= casewise(fit, fit.theta) - 1e-10
    np.testing.assert_allclose(found.x, fit.theta, atol=2e-3)


def test_gradient_and_information_are_those_of_the_casewise_likelihood(fit) -> None:
    theta = fit.theta + 0.05 * np.random.default_rng(2).normal(size=len(fit.theta))
    point = evaluate(fit.solution.objective, theta[None], observed=True)
    step = 1e-5
    for i in range(0, len(theta), 7):
        move = step * np.eye(len(theta))[i]
        slope = (casewise(fit, theta + move) - casewise(fit, theta - move)) / (2 * step)
        assert point.gradient[0, i] == pytest.approx(slope, abs=1e-6)
        around = evaluate(fit.solution.objective, np.stack([theta + move, theta - move])).gradient
        np.testing.assert_allclose(point.information[0, i], (around[0] - around[1]) / (4 * step), atol=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_what_needs_unrestricted_moments_is_withheld_and_says_why(estimator: str) -> None:
    with pytest.warns(
        DataWarning, match=r"no maximum-likelihood means .* model itself is estimated all the same"
    ):
        got = sem.cfa(MODEL, DATA, missing="fiml", estimator=estimator)
    assert got.converged and not got.doubts
    assert np.isfinite(got.parameters["se"]).all()
    measures = got.fit_measures
    known = set(measures.index[np.isfinite(measures)])
    fixed = {name for name in known if name.endswith(("_h0", "_level"))}
    assert known - fixed - {"gfi_lisrel", "agfi_lisrel", "pgfi"} <= UNTOUCHED
    assert all(np.isnan(test.stat) and np.isnan(test.pvalue) for test in got.tests)
    assert "withheld" in got.summary() and "without unrestricted moments" in got.summary()
    assert json.loads(got.to_json())["fit_measures"]["cfi"] is None


@pytest.mark.parametrize("kind", ["raw", "cor", "normalized", "standardized"])
def test_there_are_no_residuals(fit, kind: str) -> None:
    (part,) = sem.residuals(fit, kind)
    off = ~np.eye(len(part.cov), dtype=bool)
    assert np.isnan(part.cov.to_numpy()[off]).all() and np.isnan(part.mean).all()


def test_everything_else_goes_on(fit, robust) -> None:
    assert np.isfinite(sem.modification_indices(fit)["mi"]).all()
    assert sem.factor_scores(fit).notna().all(axis=None)
    assert np.isfinite(robust.standardized["se"]).all()
    draws = sem.bootstrap(fit, 3, seed=2, workers=1)
    assert draws.failures == 0
    table = reliability.summary(fit).constructs
    assert table["alpha"].isna().all() and table["cr"].between(0, 1).all()
    assert "withheld" in reliability.summary(fit).notes[0]
    withheld = quiet(test=["browne.residual.nt", "browne.residual.nt.model", "browne.residual.adf"])
    assert all(np.isnan(test.stat) for test in withheld.tests)


def test_nested_models_are_compared_by_their_likelihoods(fit, robust) -> None:
    restricted = quiet(EQUAL)
    difference = sem.compare(fit, restricted).differences[0]
    assert difference.stat == pytest.approx(
        2 * (fit.fit_measures["logl"] - restricted.fit_measures["logl"]), rel=1e-10
    )
    scaled = sem.compare(robust, quiet(EQUAL, estimator="MLR"))
    assert scaled.method == "satorra_bentler_2001" and np.isfinite(scaled.differences[0].pvalue)
    none = sem.compare(robust, quiet(EQUAL, estimator="MLR"), method="satorra_2000")
    assert np.isnan(none.differences[0].stat) and "satorra_bentler_2001" in none.notes[0]


@pytest.mark.parametrize("method", ["satorra_bentler_2001", "satorra_bentler_2010"])
def test_the_trace_of_the_saturated_model_cancels_in_scaled_differences(method: str) -> None:
    """Where there is one, the test without it is the same."""
    data = read_table("data/HS_mcar12.csv")
    model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    free, equal = (
        quiet(text, data, estimator="MLR")
        for text in (model, model.replace("x4 + x5 + x6", "x4 + k*x5 + k*x6"))
    )
    known = sem.compare(free, equal, method=method).differences[0]
    got, _ = _unsaturated(free, equal, method, known.stat * known.scaling_factor, 1)
    assert got.scaling_factor == pytest.approx(known.scaling_factor, rel=1e-8)
    assert got.stat == pytest.approx(known.stat, rel=1e-8)


def test_units_do_not_matter(fit) -> None:
    scale = 10.0 ** np.arange(-4, 11)[: len(DATA.columns)]
    got = quiet(data=DATA * (scale / scale.mean()) ** 0.3)
    np.testing.assert_allclose(got.standardized["est_std"], fit.standardized["est_std"], atol=1e-6)


def test_covariates_that_are_complete_keep_their_moments() -> None:
    rng = np.random.default_rng(3)
    got = quiet(MODEL + "\nf1 ~ z", DATA.assign(z=rng.normal(size=len(DATA))))
    at = got.table.observed.index("z")
    assert np.isfinite(got.moments[0].cov[at, at]) and np.isnan(got.moments[0].cov[0, 0])
    assert got.converged and np.isfinite(got.fit_measures["logl"])


def test_methods_that_analyse_the_unrestricted_moments_refuse() -> None:
    with pytest.raises(DataError, match="no maximum-likelihood means"):
        sem.cfa(MODEL, DATA, missing="two.stage")
    with pytest.raises(DataError, match=r"sem\.fit\(\.\.\., missing='fiml'\) does not"):
        sem.sam(MODEL + "\nf3 ~ f1 + f2", DATA, missing="fiml")


def test_collinear_variables_are_still_refused() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(200, 4))
    x[:, 3] = x[:, :3].sum(axis=1)
    x[:20, 0] = np.nan
    with pytest.raises(DataError):
        sem.cfa("f =~ a + b + c + d", pd.DataFrame(x, columns=list("abcd")), missing="fiml")
