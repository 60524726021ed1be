"""What a fit in two steps carries, its limits, and every function that takes a fit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import (
    DataWarning,
    IdentificationWarning,
    InadmissibleWarning,
    ModelError,
    NotServedError,
)
from mlbc_stats.moments.gamma import gamma_adf
from mlbc_stats.sem.two_step import influence, latent_gamma
from tests.reference.corpus import read_table

DATA = read_table("data/PoliticalDemocracy.csv")
MODEL = """ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ a*ind60
dem65 ~ b*dem60
ab := a*b"""


@pytest.fixture(scope="module")
def local():
    return sem.sam(MODEL, DATA)


def test_the_summary_tells_the_steps(local) -> None:
    text = local.summary()
    assert "structural after measurement, local" in text and "ind60; dem60; dem65" in text
    assert "Satorra-Bentler" in text
    assert local.fit_measures["df"] == 1 and local.npar > local.structural.npar
    record = json.loads(local.to_json())
    assert record["tests"][1]["test"] == "satorra.bentler"


def test_both_methods_and_all_errors_agree_on_estimates(local) -> None:
    joint = sem.sam(MODEL, DATA, se="joint")
    np.testing.assert_array_equal(joint.theta, local.theta)
    np.testing.assert_allclose(joint.parameters["se"][:-1], local.parameters["se"][:-1])
    assert not np.allclose(joint.standardized["se"], local.standardized["se"], rtol=1e-3)
    measured = sem.cfa(MODEL.splitlines()[0], DATA).parameters
    np.testing.assert_allclose(local.parameters["se"][:3], measured["se"][:3], rtol=1e-6)
    none = sem.sam(MODEL, DATA, se="none")
    assert none.parameters["se"].dropna().eq(0).all()
    own = sem.sam(MODEL, DATA, se="local").structural_parameters
    assert (
        own["se"]
        .between(0.5 * local.structural_parameters["se"], 2 * local.structural_parameters["se"])
        .all()
    )


def test_what_needs_a_minimum_is_refused(local) -> None:
    for function in (
        sem.modification_indices,
        sem.misspecification_power,
        sem.score_test,
        sem.bootstrap,
        sem.monte_carlo,
        lambda each: sem.compare(each, replace(each)),
        lambda each: sem.nesting(each, replace(each)),
        lambda each: sem.residuals(each, "standardized"),
    ):
        with pytest.raises(ModelError, match="need estimates that minimize one discrepancy"):
            function(local)
    assert "in steps" in sem.second_opinion(local).reason


def test_what_rests_on_the_estimates_works(local) -> None:
    assert np.isfinite(sem.factor_scores(local).to_numpy()).all()
    assert np.isfinite(sem.latent_moments(local)[0].cov.to_numpy()).all()
    assert 0 < sem.wald_test(local, "a == b").pvalue < 1
    assert local.parameters.iloc[-1]["se"] > 0
    assert len(sem.effects(local)) > 0
    assert reliability.summary(local) is not None
    assert local.rsquare.between(0, 1).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sam_method": "both"}, ModelError, "use one of local, global"),
        ({"se": "robust"}, ModelError, "use one of twostep"),
        ({"estimator": "MLR"}, NotServedError, "not by MLR"),
        ({"likelihood": "wishart"}, NotServedError, "wishart"),
        ({"fixed_x": True}, NotServedError, "covariates as random"),
        ({"test": "standard"}, NotServedError, "test is not served"),
        ({"local.options": {"M.method": "ML"}}, NotServedError, "local_options is not served"),
        ({"sampling_weights": "x1"}, NotServedError, "not by ML|does not serve weights"),
        ({"nonsense": 1}, ModelError, "no argument 'nonsense'"),
    ],
)
def test_what_is_refused(arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        sem.sam(MODEL, DATA, **arguments)


def test_error_variance_is_taken_off_as_far_as_it_goes() -> None:
    """Items correlate more between two factors than within."""
    cov = np.full((6, 6), 0.55)
    cov[:3, :3] = cov[3:, 3:] = 0.5
    np.fill_diagonal(cov, 1.0)
    given = pd.DataFrame(cov, [*"abcdef"], [*"abcdef"])
    with pytest.warns(InadmissibleWarning, match="Fuller"):
        fit = sem.sam("f1 =~ a + b + c; f2 =~ d + e + f; f2 ~ f1", sample_cov=given, sample_nobs=100)
    found = fit.structural.moments[0].cov
    assert np.linalg.eigvalsh(found).min() > 0
    assert found[1, 0] == pytest.approx(0.55 * 0.99)  # covariances between blocks stay
    assert fit.doubts


def test_incomplete_data() -> None:
    gaps = {name: list(column) for name, column in DATA.items()}
    for k, name in enumerate(("x2", "y3", "y7")):
        gaps[name][k::9] = [np.nan] * len(gaps[name][k::9])
    fit = sem.sam(MODEL, gaps, missing="ml")
    full = sem.fit(MODEL, gaps, missing="ml").parameters
    rows = fit.parameters
    assert np.abs(rows["est"] - full["est"]).max() < 0.8 * full["se"].max()
    assert (rows["se"] > 0).sum() == (full["se"] > 0).sum()
    assert 0 < fit.tests[1].pvalue < 1
    assert fit.summary()


def test_complete_data_treated_as_incomplete_give_the_same(monkeypatch) -> None:
    """But for the unbiased covariance of covariances, which is no sum over cases."""
    for module in (influence, latent_gamma):
        monkeypatch.setattr(module, "sample_gamma", lambda moments: gamma_adf(moments.raw))
    one, two = sem.sam(MODEL, DATA, missing="ml"), sem.sam(MODEL, DATA, meanstructure=True)
    np.testing.assert_allclose(one.structural.moments[0].gamma, two.structural.moments[0].gamma, atol=1e-10)
    assert one.tests[1].stat == pytest.approx(two.tests[1].stat)
    observed = sem.sam(MODEL, DATA, meanstructure=True, information="observed").structural_parameters
    np.testing.assert_allclose(one.structural_parameters["se"], observed["se"], rtol=1e-6)


def test_incomplete_data_of_several_groups_have_no_test() -> None:
    hs = pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))
    hs.loc[::6, "x2"] = np.nan
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; textual ~ visual"
    with pytest.warns(DataWarning, match="incomplete data of several groups"):
        fit = sem.sam(model, hs, group="school", missing="ml")
    assert (fit.structural_parameters["se"] >= 0).all()
    assert np.isnan(fit.tests[0].stat) and np.isnan(fit.fit_measures["cfi"])
    assert fit.fit_measures["srmr"] >= 0


def test_groups_without_ties_are_solved_alone() -> None:
    hs = pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; textual ~ visual"
    both = sem.sam(model, hs, group="school")
    for g, (_, part) in enumerate(hs.groupby("school", sort=False), start=1):
        own = sem.sam(model, part).structural_parameters
        mine = both.structural_parameters.query(f"group == {g} & op != '~1'")
        np.testing.assert_allclose(mine["est"], own["est"], rtol=1e-5)
        np.testing.assert_allclose(mine["se"], own["se"], rtol=1e-4)
    with pytest.warns(DataWarning, match="covary between groups"):
        tied = sem.sam(model, hs, group="school", group_equal=["loadings", "intercepts"])
    assert tied.parameters.query("op == '~1' & lhs == 'visual' & group == 2")["se"].item() > 0
    assert np.isnan(tied.tests[0].stat)


def test_means_of_covariates_reach_the_intercepts() -> None:
    """With and without means the paths and their errors are the same; intercepts and theirs are those of one step."""
    rng = np.random.default_rng(5)
    z = rng.normal(2, 1, 300)
    f = 0.5 * z + rng.normal(size=300)
    g = 0.4 * f + rng.normal(size=300)
    data = {"z": z, "y": 1 + 0.6 * g + rng.normal(size=300)}
    data |= {f"{name}{i}": 3 + x + rng.normal(size=300) for name, x in (("f", f), ("g", g)) for i in range(3)}
    model = "F =~ f0 + f1 + f2; G =~ g0 + g1 + g2; F ~ z; G ~ F; y ~ G"
    plain = sem.sam(model, data).parameters
    one_step = sem.fit(model, data, meanstructure=True, fixed_x=False).parameters.query("op == '~1'")
    for arguments in ({"meanstructure": True}, {"missing": "ml", "information": "expected"}):
        fit = sem.sam(model, data, **arguments)
        means = fit.parameters["op"] == "~1"
        np.testing.assert_allclose(
            fit.parameters[~means][["est", "se"]], plain[["est", "se"]], rtol=1e-6, atol=1e-9
        )
        np.testing.assert_allclose(fit.parameters[means]["se"], one_step["se"], rtol=0.03)
        np.testing.assert_allclose(fit.parameters[means]["est"], one_step["est"], atol=0.03)
        np.testing.assert_allclose(fit.mu[0], [np.mean(data[name]) for name in fit.table.observed])
    with pytest.raises(NotServedError, match="the intercept of f0 and the mean of its factor are fixed"):
        sem.sam(model + "; f0 ~ 0*1", data)


def test_ordinal_items_globally() -> None:
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9; speed ~ visual + textual"
    data = read_table("data/HS_ord4.csv")
    with pytest.warns(DataWarning, match="empty cells"):
        fit = sem.sam(model, data, ordered=True, sam_method="global")
        own = sem.sam(model, data, ordered=True)
    assert fit.tests[1].test == "yuan.chan" and fit.tests[1].df == 24
    assert fit.fit_measures["cfi"] > 0.9 and np.isnan(fit.fit_measures["cfi_robust"])
    np.testing.assert_allclose(fit.structural_parameters["est"], own.structural_parameters["est"], atol=0.1)
    assert fit.summary() and json.loads(fit.to_json())


def test_arguments_by_the_names_of_lavaan(local) -> None:
    named = sem.sam(
        MODEL, DATA, **{"sam.method": "global", "mm.list": [["ind60"], ["dem60", "dem65"]], "cmd": "sem"}
    )
    assert named.sam_method == "global"
    assert [block.table.latent for block in named.measurement] == [("ind60",), ("dem60", "dem65")]
    assert (
        "se='joint' has it" in named.summary()
        and "se='joint'" not in sem.sam(MODEL, DATA, se="joint").summary()
    )


def test_a_block_that_is_not_identified_alone() -> None:
    model = "ind60 =~ x1 + x2 + x3; dem60 =~ y1 + y2 + y3; dem60 ~ ind60; y1 ~~ y2"
    with (
        pytest.warns(IdentificationWarning, match="measurement of dem60: the model is not identified"),
        pytest.warns(IdentificationWarning, match="measurement of dem60: the data do not determine"),
    ):
        fit = sem.sam(model, DATA)
    assert not fit.identified and fit.parameters["se"].isna().any()
    assert "ONE OF MANY SOLUTIONS" in fit.summary()
    together = sem.sam(model, DATA, blocks=[["ind60", "dem60"]])
    assert together.identified and together.parameters["se"].notna().all()


@pytest.mark.parametrize(
    "arguments", [{"parameterization": "theta"}, {"model": "x1 ~*~ NA*x1"}, {"ordered": ["x1", "x2"]}]
)
def test_ordinal_models_that_are_not_served(arguments) -> None:
    model = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; textual ~ visual; " + arguments.pop("model", "")
    data = read_table("data/HS_ord4.csv")
    given = {"ordered": [f"x{i}" for i in range(1, 7)]} | arguments
    with pytest.raises(NotServedError, match=r"sem\.sam"):
        sem.sam(model, data, **given)
    if arguments.get("ordered") is None:
        with pytest.raises(NotServedError, match="estimator='IV'"):
            sem.fit(model, data, estimator="IV", **given)
