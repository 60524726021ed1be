"""Vuong's tests against their formulas in R, and what must hold of any two models."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, ModelError
from tests.reference.corpus import HERE

EXPECTED = json.loads((HERE / "expected" / "vuong.json").read_text())
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MODELS = {
    "three": THREE,
    "crossed": "visual =~ x1 + x2 + x3 + x9\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8",
    "one": "g =~ " + " + ".join(f"x{i}" for i in range(1, 10)),
}
NEAR = 2e-5  # both optimizers stop at gradients of about 1e-6; z and weights carry their square root
ABSOLUTE = 1e-9  # R's integrate gives the tail to about this

pytestmark = pytest.mark.filterwarnings("ignore::mlbc_stats.errors.InadmissibleWarning")


@pytest.fixture(scope="module")
def holzinger():
    return pd.read_csv(HERE / "data" / "HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def gaps(holzinger):
    data = holzinger.copy()
    data.loc[2::7, "x2"] = np.nan
    data.loc[1::9, "x7"] = np.nan
    return data


def fitted(data, *names, **options):
    return [sem.fit(MODELS[name], data, std_lv=True, **options) for name in names]


@pytest.mark.parametrize(
    ("case", "pair", "options"),
    [
        ("three_one", ("three", "one"), {}),
        ("three_crossed", ("three", "crossed"), {}),
        ("incomplete", ("three", "crossed"), {"missing": "fiml"}),
    ],
)
def test_the_formulas_in_r_are_met(case, pair, options, holzinger, gaps):
    expected = EXPECTED[case]
    first, second = fitted(gaps if options else holzinger, *pair, **options)
    for correction in ("none", "aic", "bic"):
        found = sem.vuong(first, second, correction)
        assert found.z == pytest.approx(expected[correction], rel=NEAR)
    assert found.loglik[0] - found.loglik[1] == pytest.approx(expected["lr"], rel=NEAR)
    assert found.variance == pytest.approx(expected["omega2"], rel=NEAR)
    assert found.pvalue_distinguishable == pytest.approx(expected["distinguishable"], rel=1e-4, abs=ABSOLUTE)


def test_turning_the_two_turns_the_sign(holzinger):
    first, second = fitted(holzinger, "three", "one")
    found, turned = sem.vuong(first, second), sem.vuong(second, first)
    assert turned.difference == pytest.approx(-found.difference)
    assert turned.pvalue_first == pytest.approx(found.pvalue_second)
    assert turned.pvalue_distinguishable == pytest.approx(found.pvalue_distinguishable, abs=1e-12)
    lower, upper = found.interval()
    assert lower < found.difference < upper


def test_casewise_likelihoods_add_up_and_criteria_are_those_of_the_fits(holzinger, gaps):
    for data, options in ((holzinger, {}), (gaps, {"missing": "fiml"})):
        first, second = fitted(data, "three", "one", **options)
        found = sem.vuong(first, second, names=("three", "one"))
        for fit, row in zip((first, second), found.criteria().itertuples(), strict=True):
            assert row.loglik == pytest.approx(float(fit.fit_measures["logl"]), rel=1e-9)
            assert row.npar == fit.npar
            assert row.bic - row.aic == pytest.approx(
                float(fit.fit_measures["bic"] - fit.fit_measures["aic"]), rel=1e-9
            )


def test_groups_are_taken_one_after_the_other(holzinger):
    first, second = fitted(holzinger, "three", "one", group="school")
    found = sem.vuong(first, second)
    assert found.n == len(holzinger)
    assert found.loglik[0] == pytest.approx(float(first.fit_measures["logl"]), rel=1e-9)


def test_where_the_smaller_model_is_true_the_penalty_speaks_for_it():
    """At 2.5 % or less the larger model is called better, though z is not normal here."""
    better = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(150, 1)) + rng.normal(size=(150, 6))
        data = dict(zip("abcdef", x.T, strict=True))
        two = sem.fit("one =~ a + b + c\ntwo =~ d + e + f", data, std_lv=True)
        one = sem.fit("one =~ a + b + c + d + e + f", data, std_lv=True)
        better += sem.vuong(two, one).interval()[0] > 0
    assert better <= 4  # binomial(60, .025) exceeds this with chance .02


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.DataWarning")
@pytest.mark.parametrize(
    ("options", "match"),
    [({"estimator": "GLS"}, "fitted by GLS"), ({"cluster": "school"}, "has clusters")],
)
def test_what_has_no_casewise_likelihood_of_its_own_is_refused(options, match, holzinger):
    first, second = fitted(holzinger, "three", "one", **options)
    with pytest.raises(ModelError, match=match):
        sem.vuong(first, second)


def test_a_correction_that_is_not_known_is_refused(holzinger):
    first, second = fitted(holzinger, "three", "one")
    with pytest.raises(ModelError, match="choose one of none, aic, bic"):
        sem.vuong(first, second, "hqic")


def test_other_cases_are_refused(holzinger):
    first, second = *fitted(holzinger, "three"), *fitted(holzinger.iloc[:200], "one")
    with pytest.raises(DataError, match="fit both to the same rows"):
        sem.vuong(first, second)
