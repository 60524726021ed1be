"""What a fit by instruments carries, and what becomes of every function that takes a fit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import ModelError
from mlbc_stats.sem.simulation.power import given_moments
from tests.reference.corpus import read_table

DATA = read_table("data/PoliticalDemocracy.csv")
MODEL = """ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ a*ind60
dem65 ~ c*ind60 + b*dem60
indirect := a*b"""


@pytest.fixture(scope="module")
def fit():
    return sem.fit(MODEL, DATA, estimator="IV")


def test_the_summary_lists_the_instruments(fit) -> None:
    text = fit.summary()
    assert "two-stage least squares, 10 equations" in text
    assert "Sargan's test" in text and "dem65 on ind60 + dem60" in text
    assert "se='robust.sem.nt' has it" in text
    assert "Instruments" in fit._repr_html_()


def test_the_record_holds_the_tests(fit) -> None:
    record = json.loads(fit.to_json())
    assert len(record["sargan"]) == len(record["instruments"]) == 10
    assert record["parameters"][1]["se"] > 0


def test_what_needs_a_minimum_is_refused(fit) -> None:
    ml = sem.fit(MODEL, DATA)
    for function in (
        sem.modification_indices,
        sem.misspecification_power,
        sem.score_test,
        sem.bootstrap,
        sem.monte_carlo,
        lambda each: sem.compare(each, replace(each)),
        lambda each: sem.residuals(each, "standardized"),
    ):
        with pytest.raises(ModelError, match="need estimates that minimize one discrepancy"):
            function(fit)
    with pytest.raises(ModelError):
        sem.compare(ml, fit)
    with pytest.raises(ModelError):
        sem.satorra_saris("a ~ b", "a ~ .3*b; a ~~ 1*a; b ~~ 1*b", [100], df=1, estimator="IV")


def test_what_rests_on_the_estimates_works(fit) -> None:
    assert np.isfinite(sem.factor_scores(fit).to_numpy()).all()
    assert np.isfinite(sem.latent_moments(fit)[0].cov.to_numpy()).all()
    assert np.isfinite(sem.residuals(fit)[0].cov.to_numpy()).all()
    assert 0 < sem.wald_test(fit, "c == b").pvalue < 1
    assert fit.rsquare.between(0, 1).all()
    assert fit.parameters.iloc[-1]["se"] > 0
    assert reliability.summary(fit) is not None
    assert not sem.second_opinion(fit).comparable


def test_groups_are_solved_alone() -> None:
    group = np.repeat(["a", "b"], [40, 35])
    both = sem.fit(
        MODEL.splitlines()[1], DATA | {"group": group}, estimator="IV", group="group", meanstructure=False
    )
    for g, label in ((1, "a"), (2, "b")):
        rows = {
            name: [v for v, own in zip(column, group, strict=True) if own == label]
            for name, column in DATA.items()
        }
        own = sem.fit(MODEL.splitlines()[1], rows, estimator="IV").parameters
        mine = both.parameters.query(f"group == {g} & op != '~1'")
        np.testing.assert_allclose(mine["est"], own["est"], rtol=1e-7)
        np.testing.assert_allclose(mine["se"], own["se"], rtol=1e-6)


def test_means_are_those_of_the_sample() -> None:
    fit = sem.fit(MODEL, DATA, estimator="IV", meanstructure=True)
    means = fit.parameters.query("op == '~1'").set_index("lhs")
    for name in fit.table.observed:
        assert means.loc[name, "est"] == pytest.approx(np.mean(DATA[name]))
    plain = sem.fit(MODEL, DATA, estimator="IV").parameters
    np.testing.assert_allclose(fit.parameters.query("op != '~1'")["se"], plain["se"], rtol=1e-6)


def test_a_mapping_names_estimator_and_options() -> None:
    one = sem.fit(MODEL, DATA, estimator={"estimator": "IV", "iv_mimic_ml": True})
    two = sem.fit(MODEL, DATA, estimator="IV", iv_mimic_ml=True)
    assert one.parameters.equals(two.parameters)
    with pytest.raises(ModelError, match="its entry 'estimator' names one"):
        sem.fit(MODEL, DATA, estimator={"iv_mimic_ml": True})


def test_fixed_coefficients_stand_on_the_left() -> None:
    truth = "x ~~ 1*x; z ~~ 1*z; x ~~ .3*z; y ~ .5*x + .2*z; y ~~ 1*y; w ~ .7*y; w ~~ .4*y; w ~~ 1*w"
    fit = sem.fit("y ~ x + .2*z; w ~ y; w ~~ y", sample_nobs=500, estimator="IV", **given_moments(truth))
    assert fit.parameters.query("op == '~'")["est"].tolist() == pytest.approx([0.5, 0.2, 0.7])
