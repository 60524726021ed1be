"""Power of misspecifications: against simulation and at its limits."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.simulation.power import given_moments
from tests.reference.corpus import read_table

TRUTH = "f =~ .7*a + .7*b + .7*c + .7*d; f ~~ 1*f; a ~~ .2*b; " + "; ".join(f"{v} ~~ .51*{v}" for v in "abcd")
MODEL = "f =~ a + b + c + d"


@pytest.mark.slow
def test_power_is_what_simulation_finds() -> None:
    moments = given_moments(TRUTH)["sample_cov"]
    rng, hits, draws = np.random.default_rng(4), 0, 300
    root = np.linalg.cholesky(moments)
    right = MODEL + "; a ~~ b"
    for _ in range(draws):
        answers = dict(zip("abcd", root @ rng.normal(size=(4, 150)), strict=True))
        difference = sem.cfa(MODEL, answers).fit_measures["chisq"]
        difference -= sem.cfa(right, answers).fit_measures["chisq"]
        hits += difference > 3.841459
    power = float(sem.satorra_saris(MODEL, TRUTH, 150)["power"].iloc[0])
    assert hits / draws == pytest.approx(power, abs=0.09)  # three standard errors of 300 draws


def test_no_power_but_alpha_under_the_truth() -> None:
    got = sem.satorra_saris(MODEL + "; a ~~ b", TRUTH, [100, 1000], alpha=0.01)
    np.testing.assert_allclose(got["ncp"], 0, atol=1e-8)
    np.testing.assert_allclose(got["power"], 0.01, atol=1e-8)


def test_a_matrix_serves_as_population() -> None:
    cov = given_moments(TRUTH)["sample_cov"]
    by_text, by_matrix = (sem.satorra_saris(MODEL, source, 200) for source in (TRUTH, cov))
    np.testing.assert_allclose(by_matrix["ncp"], by_text["ncp"])


def test_a_population_with_means() -> None:
    got = given_moments("y ~ 0.5*x + 1*1; x ~ 2*1; x ~~ 1*x; y ~~ 1*y")
    assert got["sample_mean"] == {"y": 2.0, "x": 2.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f =~ .7*a + b; f ~~ 1*f; a ~~ .5*a; b ~~ .5*b", "gives no value for f =~ b"),
        ("f =~ .7*a + .7*b; f ~~ 1*f", "not positive definite"),
    ],
)
def test_a_population_needs_every_value(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        given_moments(text)


def test_levels_and_sizes_are_checked() -> None:
    result = sem.cfa("f =~ x1 + x2 + x3 + x4", read_table("data/HolzingerSwineford1939.csv"))
    for wrong in ({"delta": 0.0}, {"alpha": 5.0}, {"high_power": 1.0}, {"level": 95}):
        with pytest.raises(ModelError, match=next(iter(wrong))):
            sem.misspecification_power(result, **wrong)
    strict, lax = (sem.misspecification_power(result, delta=d) for d in (0.05, 0.5))
    assert (strict["power"] < lax["power"]).all()
    assert set(lax["decision"]) <= {"NM", "EPC:NM", "EPC:M"}
