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
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.audit import audit_point
from mlbc_stats.sem.estimation.constrained import Constrained
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.fit_measures.residual import GroupMoments, residual_summary
from mlbc_stats.sem.inference.chi_square import scale, standard_test
from mlbc_stats.sem.inference.uncertainty import Uncertainty, delta_errors
from tests.fuzz.cases import draw_case


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


def test_the_plain_statistic_of_unweighted_least_squares_has_no_p_value() -> None:
    """n F is not χ²-distributed. lavaan 0.6-14: NA."""
    data = two_sided_answers(1, 60) + np.random.default_rng(1).normal(size=(60, 4))
    fit = sem.cfa("f =~ a + b + c + d", data, estimator="ULS")
    assert np.isnan(fit.tests[0].pvalue)
    assert np.isfinite([fit.fit_measures["chisq"], fit.tests[1].pvalue]).all()


def test_parameters_that_data_do_not_determine_have_no_covariances() -> None:
    cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    fit = sem.fit("f =~ NA*a + b + c", sample_cov=cov, sample_nobs=100)
    unknown = fit.vcov.loc["f=~b"]
    assert unknown.isna().all()
    assert np.isfinite(fit.vcov.loc["a~~a", "a~~a"])


def test_a_fit_without_convergence_has_no_indices() -> None:
    """Its statistics were there, infinite or negative ones among them, although errors and tests are withheld."""
    data = two_sided_answers(1, 60)
    fit = sem.cfa("f =~ a + b + c + d", data, estimator="MLR", max_iter=1)
    assert not fit.converged
    assert [test.test for test in fit.tests] == ["standard", "yuan.bentler.mplus"]
    assert np.isnan([test.stat for test in fit.tests]).all()
    assert fit.fit_measures.dropna().index.tolist() == ["npar", "df", "ntotal"]


def test_infinity_is_no_stationary_point() -> None:
    """The decrement relative to an infinite F is zero: such points passed for solutions."""
    cov = {"names": ["a", "b", "c"], "values": [[2, 1, 1], [1, 2, 1], [1, 1, 2]]}
    fit = sem.cfa("f =~ a + b + c", sample_cov=cov, sample_nobs=100)
    away = np.full_like(fit.theta, -1.0)
    none = np.zeros((0,))
    at = Estimate(away, np.asarray(np.inf), np.asarray(0.0), np.asarray(1), np.asarray(False))
    space = Space(None, np.zeros(len(away)))
    found = audit_point(fit.solution.objective, space, None, Constrained(at, none, none.astype(bool)))
    assert not found.passed


def test_indices_of_a_matrix_that_is_not_positive_definite() -> None:
    """Roots of negative implied variances warned, and residual correlations were infinite."""
    cov = np.array([[1.0, 0.3], [0.3, 1.0]])
    found = residual_summary([GroupMoments(cov, np.diag([-1.0, 1.0]), 50.0)], "ML")
    assert np.isnan([found.srmr_bentler, found.crmr, found.gfi]).sum() == 2
    assert np.isfinite(found.rmr)


def test_answers_that_tell_nothing_of_a_factor_have_no_mode() -> None:
    """The curvature of their likelihood is singular: LinAlgError in Bartlett scores."""
    rng = np.random.default_rng(8)
    latent = rng.normal(size=(80, 1)) + rng.normal(size=(80, 6))
    data = pd.DataFrame((latent > 0) + 1.0, columns=list("abcdef"))
    data.loc[:3, ["d", "e", "f"]] = np.nan
    fit = sem.cfa("f1 =~ a + b + c\nf2 =~ d + e + f", data, ordered=True, missing="pairwise")
    scores = sem.factor_scores(fit, "bartlett")
    assert scores.loc[:3].isna().all(axis=None)


def test_a_ratio_to_zero_is_no_number() -> None:
    """It was infinite in the table, the summary and the draws."""
    data = two_sided_answers(1, 60) + np.random.default_rng(1).normal(size=(60, 4))
    fit = sem.fit("a ~ p*b\nnone := p - p\nratio := p/none\nafter := 1/ratio", data)
    rows = fit.parameters.set_index("lhs")
    assert np.isnan(rows.loc[["ratio", "after"], "est"]).all()
    assert "inf" not in fit.summary().split("Defined")[-1].lower()


def test_rounding_in_a_direction_withholds_no_error() -> None:
    """Judged by cancellation alone, a function of one determined parameter counted as moved by 1e-13 of a direction."""
    flat = np.array([[1.0], [1e-13], [0.0]])
    inverse = np.diag([0.0, 1.0, 1.0])
    found = Uncertainty(inverse / 100, np.eye(3), None, inverse, np.array([True, False, False]), flat)
    jacobian = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, -1.0], [1.0, 1.0, 0.0]])
    errors = delta_errors(jacobian, np.ones(3), found)
    assert errors[:2] == pytest.approx([0.1, np.sqrt(0.02)])
    assert np.isnan(errors[2])


def test_no_statistic_is_negative() -> None:
    """Traces that no matrix of that rank has: aT + df − a tr(UΓ) fell below zero."""
    standard = standard_test(0.1, 1, (0.1,))
    assert scale(standard, "scaled.shifted", 2.0, 1.0).withheld


def test_residual_tests_of_incomplete_weighted_data() -> None:
    """The test beside maximum likelihood is not defined there: summary and indices were a NotServedError."""
    data = pd.DataFrame(two_sided_answers(1, 90) + np.random.default_rng(1).normal(size=(90, 4)))
    data = data.mask(np.random.default_rng(2).random(data.shape) < 0.1).assign(weight=1.5)
    fit = sem.cfa("f =~ a + b + c + d", data, missing="fiml", estimator="MLF", sampling_weights="weight")
    fit.summary()
    assert np.isfinite(fit.fit_measures["chisq"])


def test_a_point_near_the_solution_may_be_none() -> None:
    """Where a variance of an ordinal variable is negative the Jacobian has no numbers: `SVD did not converge`."""
    case = draw_case(1, 134)
    fit = sem.fit(case.structure.model, case.data, **case.arguments)
    assert any("do not determine" in text for text in fit.warnings)


@pytest.mark.parametrize("number", [193])
def test_a_likelihood_of_scores_that_rises_for_ever_has_no_mode(number: int) -> None:
    """Newton's steps went to infinity where answers say next to nothing of a factor, with thousands of warnings."""
    case = draw_case(501, number)
    fit = sem.fit(case.structure.model, case.data, **case.arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        scores = sem.factor_scores(fit, "bartlett").to_numpy(float)
    assert np.isnan(scores).any()
    assert (np.abs(scores[~np.isnan(scores)]) < 100).all()


def test_first_order_information_of_too_few_cases_is_told() -> None:
    """With 18 cases and 20 parameters of a group most errors were left out without a word."""
    case = draw_case(1, 270)
    fit = sem.fit(case.structure.model, case.data, **case.arguments)
    assert any("20 parameters of group 1 and 18 cases" in said for said in fit.warnings)
    assert fit.parameters["se"].isna().any()
