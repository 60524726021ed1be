"""Tests beside the standard one: exact tails, smoothing, invariance, several at once, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import chdtrc

from mlbc_stats import sem
from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.discrepancy.test_names import RESIDUAL, Smoothing, read_tests, smoothing_of
from mlbc_stats.sem.inference.further_tests.eigenvalues import smooth
from mlbc_stats.sem.inference.further_tests.mixture import mixture_tail
from tests.reference.corpus import read_table

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def students() -> dict[str, list[float]]:
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.mark.parametrize("df", [1, 2, 3, 24, 100, 1000])
@pytest.mark.parametrize("factor", [0.3, 1.0, 2.0, 4.0])
def test_equal_weights_are_a_chi_square(df: int, factor: float) -> None:
    exact = float(chdtrc(df, df * factor))
    assert mixture_tail(np.full(df, 0.7), 0.7 * df * factor) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("x", [0.1, 3.0, 40.0, 400.0])
@pytest.mark.parametrize("small", [1.9, 1e-3])
def test_two_pairs_of_weights_are_a_sum_of_exponentials(x: float, small: float) -> None:
    a, b = 2.0, small  # 2a and 2b are the means
    exact = (a * np.exp(-x / (2 * a)) - b * np.exp(-x / (2 * b))) / (a - b)
    assert mixture_tail(np.array([a, b, a, b]), x) == pytest.approx(exact, rel=1e-11)


def test_smoothing_keeps_the_mean_and_the_order() -> None:
    values = np.sort(np.random.default_rng(3).chisquare(2, 12))[::-1]
    for how in (
        Smoothing("all"),
        Smoothing("pall"),
        Smoothing("eba", 3),
        Smoothing("peba", 4),
        Smoothing("pols", 2),
    ):
        got = smooth(values, how)
        assert got.mean() == pytest.approx(values.mean())
        assert np.all(np.diff(got) <= 1e-12)


def test_names_are_read() -> None:
    assert read_tests(None, "standard") == ("standard",)
    assert read_tests("FMG", "standard") == ("peba4_rls",)
    assert smoothing_of("pols2_ug_ml") == Smoothing("pols", 2, True, "ml")
    assert smoothing_of("peba") is None
    with pytest.raises(ModelError, match="is not known"):
        read_tests("peba0", "standard")


def test_several_tests_at_once(students) -> None:
    fit = sem.cfa(MODEL, students, test=["standard", "browne.residual.adf", "satorra.bentler", "pall"])
    assert [test.test for test in fit.tests] == ["standard", "satorra.bentler", "browne.residual.adf", "pall"]
    assert fit.fit_measures["chisq_scaled"] == pytest.approx(fit.tests[1].stat)
    assert "Browne's residual-based (ADF) test" in fit.summary()


@pytest.mark.parametrize("test", RESIDUAL)
def test_residual_tests_do_not_depend_on_units(students, test: str) -> None:
    scaled = {**students, "x1": np.asarray(students["x1"]) * 3.0, "x9": np.asarray(students["x9"]) / 2.0}
    one, other = (sem.cfa(MODEL, data, test=test).tests[1].stat for data in (students, scaled))
    assert one == pytest.approx(other, rel=1e-6)


def test_a_model_that_fits_exactly_has_no_residuals() -> None:
    cov = np.full((4, 4), 1.0) + np.eye(4)
    fit = sem.cfa(
        "f =~ a + b + c + d",
        sample_cov={"names": list("abcd"), "values": cov.tolist()},
        sample_nobs=200,
        test=["browne.residual.nt", "browne.residual.nt.model"],
    )
    assert all(test.stat == pytest.approx(0.0, abs=1e-8) for test in fit.tests)


def test_what_has_no_such_test_is_refused(students) -> None:
    ordinal = read_table("data/HS_ord4.csv")
    with pytest.raises(NotServedError, match=r"use 'browne\.residual\.adf'"):
        sem.cfa(MODEL, ordinal, ordered=True, test="browne.residual.nt")
    with pytest.raises(NotServedError, match="complete continuous data"):
        sem.cfa(MODEL, read_table("data/HS_mcar12.csv"), missing="fiml", test="pall")


def test_unweighted_least_squares_counts_each_covariance_once(students) -> None:
    """Equal residual variances leave residuals on the diagonal: R's lavaan 0.6-14 gives 179.5850148."""
    equal = "\n".join(f"x{i} ~~ e*x{i}" for i in range(1, 10))
    fit = sem.cfa(f"{MODEL}\n{equal}", students, estimator="ULS")
    gaps = (np.asarray(fit.moments[0].cov) - fit.sigma[0])[np.tril_indices(9)]
    assert fit.tests[0].stat == pytest.approx(300 * gaps @ gaps, rel=1e-12)
    assert fit.tests[0].stat == pytest.approx(179.5850148, abs=1e-6)
