"""Power by formula: against simulated statistics, its smallest samples, and bad input."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import planning
from mlbc_stats.errors import ModelError

DRAWS = 200_000
NEAR = 4 * np.sqrt(0.25 / DRAWS)
"""Four binomial errors at worst."""


@pytest.mark.parametrize(("null", "true"), [(0.0, 0.06), (0.05, 0.08), (0.05, 0.01), (0.08, 0.0)])
def test_power_is_how_often_a_noncentral_statistic_is_beyond_the_critical_value(null, true):
    rng = np.random.default_rng(1)
    df, n = 24, 250
    critical = np.quantile(_statistics(rng, df, (n - 1) * df * null**2), 0.95 if true > null else 0.05)
    drawn = _statistics(rng, df, (n - 1) * df * true**2)
    share = np.mean(drawn > critical) if true > null else np.mean(drawn < critical)
    assert planning.rmsea_power(null, true, df, n) == pytest.approx(share, abs=2 * NEAR)


def _statistics(rng, df, ncp):
    return rng.noncentral_chisquare(df, ncp, DRAWS) if ncp else rng.chisquare(df, DRAWS)


def test_the_power_of_a_regression_is_that_of_simulated_ones():
    """4,000 synthetic samples of 40, three fixed predictors, one of them with f² = 0.2."""
    rng = np.random.default_rng(2)
    x = np.linalg.qr(np.column_stack([np.ones(40), rng.normal(size=(40, 3))]))[0]
    y = np.sqrt(0.2 * 40) * x[:, 3] + rng.normal(size=(4000, 40))
    fitted = y @ x
    rest = np.sum(y**2, axis=1) - np.sum(fitted**2, axis=1)
    f = fitted[:, 3] ** 2 / (rest / 36)
    share = np.mean(f > 4.1131653)  # the critical value of F(1, 36)
    assert planning.regression_power(0.2, 40, predictors=3) == pytest.approx(share, abs=0.03)


def test_a_null_effect_is_found_at_the_level_of_the_test():
    assert planning.regression_power(0.0, 50, alpha=0.1) == pytest.approx(0.1)


def test_arrays_are_broadcast_and_power_rises_with_cases():
    found = planning.rmsea_power(0.05, np.array([[0.08], [0.1]]), 24, [100, 200, 400])
    assert found.shape == (2, 3) and (np.diff(found, axis=1) > 0).all() and (found[1] > found[0]).all()
    assert (np.diff(planning.regression_power(0.05, np.arange(20, 400, 20))) > 0).all()


@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_the_smallest_sample_reaches_the_power_and_one_case_less_does_not(power):
    n = planning.rmsea_sample_size(0.05, 0.08, 20, power=power)
    assert planning.rmsea_power(0.05, 0.08, 20, n) >= power > planning.rmsea_power(0.05, 0.08, 20, n - 1)
    args = ((0.05, 0.05), (0.08, 0.06), (20, 16))
    n = planning.nested_rmsea_sample_size(*args, power=power)
    assert planning.nested_rmsea_power(*args, n) >= power > planning.nested_rmsea_power(*args, n - 1)
    n = planning.regression_sample_size(0.1, tested=2, predictors=5, power=power)
    at = [planning.regression_power(0.1, k, tested=2, predictors=5) for k in (n, n - 1)]
    assert at[0] >= power > at[1]


def test_nested_models_against_the_saturated_one_are_one_model():
    one = planning.rmsea_power(0.05, 0.08, 20, 300)
    assert planning.nested_rmsea_power((0.05, 0.0), (0.08, 0.0), (20, 0), 300) == pytest.approx(one)


def test_the_inverse_square_root_takes_other_powers():
    assert (
        planning.pls_sample_size(0.2, power=0.9)
        > planning.pls_sample_size(0.2)
        == planning.pls_sample_size(-0.2)
    )
    assert planning.correlation_sample_size(-0.3) == 85


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: planning.rmsea_power(0.05, 0.05, 10, 100), "is the null hypothesis"),
        (lambda: planning.rmsea_power(-0.1, 0.05, 10, 100), "rmsea0=-0.1"),
        (lambda: planning.rmsea_power(0.05, 0.08, 0, 100), "df=0"),
        (lambda: planning.rmsea_power(0.05, 0.08, 10, 1), "n=1"),
        (lambda: planning.rmsea_power(0.05, 0.08, 10, 100, alpha=1.5), "alpha=1.5"),
        (lambda: planning.rmsea_power(0.05, float("nan"), 10, 100), "rmsea1=nan"),
        (
            lambda: planning.nested_rmsea_power((0.05, 0.05), (0.08, 0.06), (16, 20), 100),
            "more degrees of freedom",
        ),
        (lambda: planning.nested_rmsea_power((0.05, 0.05), (0.01, 0.09), (20, 16), 100), "cannot fit better"),
        (lambda: planning.rmsea_sample_size(0.05, 0.0500001, 1), "no sample of up to"),
        (lambda: planning.rmsea_sample_size(0.05, 0.08, 10, power=1), "power=1"),
        (lambda: planning.regression_power(0.1, 4, predictors=3), "predictors"),
        (lambda: planning.regression_power(0.1, 50, tested=4, predictors=3), "tested"),
        (lambda: planning.regression_sample_size(0.0), "no sample of up to"),
        (lambda: planning.correlation_sample_size(0), "between 0 and 1"),
        (lambda: planning.pls_sample_size(1.2), "between 0 and 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ModelError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: planning.rmsea_power("a", 0.08, df=4, n=100), "rmsea0='a': expected numbers"),
        (lambda: planning.nested_rmsea_power(0.05, 0.08, 20, 100), "rmsea0=0.05: expected two numbers"),
        (
            lambda: planning.nested_rmsea_power((0.05, 0.05), (0.08, 0.06), 20, 100),
            "df=20: expected two numbers",
        ),
    ],
)
def test_what_is_no_number_or_no_pair_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()
