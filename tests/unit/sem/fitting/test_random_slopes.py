"""Slopes that vary between clusters: the likelihood written out by cluster, derivatives, invariance, refusals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import (
    DataError,
    InadmissibleWarning,
    MlbcError,
    MlbcWarning,
    ModelError,
    NotServedError,
)
from mlbc_stats.sem.estimation.objective import evaluate, slopes, values

CLUSTERS = 90
SIMPLE = 'level: 1\ny ~ rv("s")*x + z\nlevel: 2\ny ~ w\ns ~ w\ny ~~ s'
RICH = """
level: 1
  f =~ a + b + c
  m ~ rv("t")*x + z
  f ~ m + rv("s")*x
level: 2
  g =~ a + b + c
  g ~ w
  s ~ w
  s ~~ t + g + m
  t ~~ m
"""
FAR = 1e-5
"""Step of central differences; what is left of second derivatives is 1e-8 or so."""


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    """Synthetic: slopes .5 (sd .4, on w .3) of x on the factor and .3 (sd .3) on m; clusters of 1 to 8 rows."""
    rng = np.random.default_rng(7)
    unit = np.repeat(np.arange(CLUSTERS), rng.integers(1, 9, CLUSTERS))
    w, x, z = rng.normal(size=CLUSTERS), rng.normal(size=len(unit)), rng.normal(size=len(unit))
    s = 0.5 + 0.3 * w + 0.4 * rng.normal(size=CLUSTERS)
    t = 0.3 + 0.3 * rng.normal(size=CLUSTERS)
    m = t[unit] * x + 0.2 * z + 0.5 * rng.normal(size=CLUSTERS)[unit] + rng.normal(size=len(unit))
    f = s[unit] * x + 0.3 * (m - pd.Series(m).groupby(unit).transform("mean")) + rng.normal(size=len(unit))
    g = 0.5 * w + 0.6 * rng.normal(size=CLUSTERS)
    loadings = np.array([1.0, 0.8, 1.2])
    v = g[:, None] * loadings + 0.3 * rng.normal(size=(CLUSTERS, 3))
    items = 2 + v[unit] + np.asarray(f)[:, None] * loadings + 0.7 * rng.normal(size=(len(unit), 3))
    y = (
        1
        + 0.4 * w[unit]
        + 0.6 * rng.normal(size=CLUSTERS)[unit]
        + s[unit] * x
        - 0.2 * z
        + rng.normal(size=len(unit))
    )
    columns = {"m": m, "x": x, "z": z, "y": y, "w": w[unit], "unit": unit}
    return pd.DataFrame(items, columns=list("abc")).assign(**columns)


def fitted(data: pd.DataFrame, model: str = SIMPLE, **options: Any) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(model, data, **{"cluster": "unit", **options})


@pytest.fixture(scope="module")
def rich(data: pd.DataFrame) -> sem.SemResult:
    return fitted(data, RICH)


@pytest.fixture(scope="module")
def simple(data: pd.DataFrame) -> sem.SemResult:
    return fitted(data)


def estimates(fit: sem.SemResult, column: str = "est") -> dict[tuple[str, str, str, int], float]:
    return {(r.lhs, r.op, r.rhs, r.level): getattr(r, column) for r in fit.parameters.itertuples()}


def dense(fit: sem.SemResult, data: pd.DataFrame) -> tuple[float, np.ndarray]:
    """log L of `RICH` and E(g, s, t | answers) of every cluster, each from its own dense normal distribution."""
    e, total, scores = estimates(fit), 0.0, []
    load, beta = np.array([1.0, e["f", "=~", "b", 1], e["f", "=~", "c", 1]]), e["f", "~", "m", 1]
    high = np.array([1.0, e["g", "=~", "b", 2], e["g", "=~", "c", 2]])
    own = [e[k, "~~", k, 1] for k in "abc"]
    within = np.zeros((4, 4))  # a, b, c, m from the disturbances of f and m
    within[:3, :3] = np.outer(load, load) * (e["f", "~~", "f", 1] + beta**2 * e["m", "~~", "m", 1]) + np.diag(
        own
    )
    within[:3, 3] = within[3, :3] = load * beta * e["m", "~~", "m", 1]
    within[3, 3] = e["m", "~~", "m", 1]
    names = ["g", "s", "t", "m"]
    spread = np.array([[e.get((p, "~~", q, 2), e.get((q, "~~", p, 2), 0.0)) for q in names] for p in names])
    for _, part in data.groupby("unit"):
        n, w = len(part), part["w"].iloc[0]
        mean = np.array(
            [e["g", "~", "w", 2] * w, e["s", "~1", "", 2] + e["s", "~", "w", 2] * w, e["t", "~1", "", 2], 0.0]
        )
        reach, fixed = np.zeros((4 * n, 4)), np.zeros(4 * n)
        for i, row in enumerate(part.itertuples()):
            at = slice(4 * i, 4 * i + 3)
            reach[at, 0], reach[at, 1], reach[at, 2] = high, load * row.x, load * beta * row.x
            reach[4 * i + 3, 2], reach[4 * i + 3, 3] = row.x, 1.0
            sent = e["m", "~", "z", 1] * row.z
            fixed[at] = [e[k, "~1", "", 2] for k in "abc"] + load * beta * sent
            fixed[4 * i + 3] = e["m", "~1", "", 2] + sent
        residual = np.kron(np.ones((n, n)), np.diag([*(e[k, "~~", k, 2] for k in "abc"), 0.0]))
        omega = reach @ spread @ reach.T + residual + np.kron(np.eye(n), within)
        gap = part[["a", "b", "c", "m"]].to_numpy().ravel() - fixed - reach @ mean
        pulled = np.linalg.solve(omega, gap)
        total += -0.5 * (len(gap) * np.log(2 * np.pi) + np.linalg.slogdet(omega)[1] + gap @ pulled)
        scores.append((mean + spread @ reach.T @ pulled)[:3])
    return total, np.array(scores)


def test_the_likelihood_is_that_of_each_cluster(data: pd.DataFrame, rich: sem.SemResult) -> None:
    """Unbalanced clusters, single rows among them; a latent and an explained variable within."""
    total, scores = dense(rich, data)
    assert rich.converged and not rich.doubts
    assert rich.fit_measures["logl"] == pytest.approx(total, rel=1e-10)
    assert np.allclose(sem.factor_scores(rich, level=2)[["g", "s", "t"]], scores, atol=1e-8)


@pytest.mark.parametrize("model", [SIMPLE, RICH])
def test_derivatives_are_those_of_differences(data: pd.DataFrame, model: str) -> None:
    fit = fitted(data, model)
    objective, q = fit.solution.objective, len(fit.theta)
    away = fit.theta + 0.05 * np.random.default_rng(3).normal(size=q) * np.maximum(np.abs(fit.theta), 0.3)
    steps = FAR * np.eye(q)
    gradient = slopes(objective, away[None])[1][0]
    numerical = (values(objective, away + steps) - values(objective, away - steps)) / (2 * FAR)
    assert np.allclose(gradient, numerical, atol=1e-8)
    half = (slopes(objective, away + steps)[1] - slopes(objective, away - steps)[1]) / (4 * FAR)
    assert np.allclose(evaluate(objective, away[None], observed=True).information[0], half, atol=1e-7)
    assert np.allclose(slopes(objective, fit.theta[None])[1], 0.0, atol=1e-7)


def test_expected_information_is_that_of_samples(data: pd.DataFrame, simple: sem.SemResult) -> None:
    """The observed information of many clusters drawn from the model approaches the expected one."""
    expected = simple.solution.expected_information
    observed = np.linalg.inv(simple.uncertainty.vcov) / simple.nobs
    size = np.sqrt(np.diag(expected))
    assert np.abs((observed - expected) / np.outer(size, size)).max() < 0.35
    assert np.linalg.eigvalsh(expected)[0] > 0


def test_scores_of_clusters_sum_to_nothing(data: pd.DataFrame, rich: sem.SemResult) -> None:
    from mlbc_stats.sem.inference.moment_covariance import group_scores

    (scores,) = group_scores(rich.solution)
    assert scores.shape == (CLUSTERS, len(rich.theta))
    assert np.allclose(scores.sum(axis=0), 0.0, atol=1e-4)


def test_scores_of_rows_reproduce_what_the_model_says(data: pd.DataFrame, rich: sem.SemResult) -> None:
    """The expected factor of a row is nearer to its items than the covariates alone are."""
    scores = sem.factor_scores(rich)
    assert scores.columns.tolist() == ["f"] and len(scores) == len(data)
    own = data["a"] - data.groupby("unit")["a"].transform("mean")
    assert np.corrcoef(scores["f"] - scores["f"].groupby(data["unit"]).transform("mean"), own)[0, 1] > 0.8


def test_estimates_are_near_the_population(simple: sem.SemResult, rich: sem.SemResult) -> None:
    truth = {("s", "~1", "", 2): 0.5, ("s", "~", "w", 2): 0.3, ("s", "~~", "s", 2): 0.16}
    more = {("t", "~1", "", 2): 0.3, ("f", "=~", "c", 1): 1.2, ("m", "~", "z", 1): 0.2}
    for fit, known in ((simple, truth), (rich, truth | more)):
        est, se = estimates(fit), estimates(fit, "se")
        for key, value in known.items():
            assert abs(est[key] - value) < 3 * se[key], key


def test_order_of_rows_and_clusters_means_nothing(data: pd.DataFrame, rich: sem.SemResult) -> None:
    names = np.random.default_rng(5).permutation(CLUSTERS)
    mixed = data.assign(unit=names[data["unit"]]).sample(frac=1.0, random_state=2)
    again = fitted(mixed, RICH)
    assert np.allclose(again.theta, rich.theta, atol=1e-7)
    assert np.allclose(again.std_errors, rich.std_errors, rtol=1e-5)
    scores = sem.factor_scores(again, level=2)["s"].to_numpy()
    order = np.argsort(names)
    assert np.allclose(np.sort(scores), np.sort(sem.factor_scores(rich, level=2)["s"]), atol=1e-6)
    assert len(order) == len(scores)


def test_units_and_origin_of_a_covariate(data: pd.DataFrame, simple: sem.SemResult) -> None:
    """Slopes take the units of x; moving its origin moves the intercepts as it should: y₀ − 3s."""
    other = fitted(data.assign(x=10 * data["x"]))
    one, two = estimates(simple), estimates(other)
    assert two["s", "~1", "", 2] == pytest.approx(one["s", "~1", "", 2] / 10, abs=1e-7)
    assert two["s", "~~", "s", 2] == pytest.approx(one["s", "~~", "s", 2] / 100, abs=1e-7)
    far = fitted(data.assign(y=data["y"] + 1e6))
    assert np.allclose(far.std_errors, simple.std_errors, rtol=1e-5)
    moved = estimates(fitted(data.assign(x=data["x"] + 3)))
    assert moved["s", "~~", "s", 2] == pytest.approx(one["s", "~~", "s", 2], abs=1e-6)
    expected = one["y", "~~", "y", 2] - 6 * one["s", "~~", "y", 2] + 9 * one["s", "~~", "s", 2]
    assert moved["y", "~~", "y", 2] == pytest.approx(expected, abs=1e-5)


def test_without_spread_it_is_a_fixed_slope(data: pd.DataFrame) -> None:
    held = fitted(data, SIMPLE.replace("y ~~ s", "y ~~ 0*s\ns ~~ 0*s").replace("s ~ w", "s ~ 0*w"))
    fixed = fitted(data, "level: 1\ny ~ x + z\nlevel: 2\ny ~ w")
    assert estimates(held)["s", "~1", "", 2] == pytest.approx(estimates(fixed)["y", "~", "x", 1], abs=1e-7)
    assert held.fit_measures["logl"] == pytest.approx(fixed.fit_measures["logl"], rel=1e-9)
    assert held.npar == fixed.npar


def test_nested_models_are_compared_by_their_likelihoods(data: pd.DataFrame, simple: sem.SemResult) -> None:
    without = fitted(data, SIMPLE.replace("s ~ w", "s ~ 0*w"))
    row = sem.compare(simple, without).table.iloc[1]
    assert row["chisq_diff"] == pytest.approx(
        2 * (simple.fit_measures["logl"] - without.fit_measures["logl"])
    )
    assert row["df_diff"] == 1 and row["pvalue"] < 0.01
    scaled = [fitted(data, text, estimator="MLR") for text in (SIMPLE, SIMPLE.replace("s ~ w", "s ~ 0*w"))]
    assert sem.compare(*scaled).table["pvalue"].iloc[1] < 0.01


def test_groups_have_slopes_of_their_own(data: pd.DataFrame) -> None:
    halves = data.assign(half=data["unit"] % 2)
    both = fitted(halves, group="half")
    alone = [fitted(halves[halves["half"] == k]) for k in (0, 1)]
    assert both.fit_measures["logl"] == pytest.approx(
        sum(fit.fit_measures["logl"] for fit in alone), rel=1e-9
    )


def test_bootstrap_draws_clusters(data: pd.DataFrame, simple: sem.SemResult) -> None:
    drawn = sem.bootstrap(simple, 60, seed=1)
    assert drawn.failures == 0
    ratio = drawn.theta.std(axis=0) / simple.std_errors
    assert (ratio > 0.6).all() and (ratio < 1.6).all()


def test_a_slope_that_does_not_vary_is_named() -> None:
    """Variance of the slope below zero: the solution is inadmissible, and said to be."""
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(40), 6)
    x = rng.normal(size=240)
    y = 0.5 * x + rng.normal(size=40)[unit] + rng.normal(size=240)
    text, table = 'level: 1\ny ~ rv("s")*x\nlevel: 2\ny ~~ y', {"x": x, "y": y, "unit": unit}
    with pytest.warns(InadmissibleWarning, match=r"Heywood.* s \(level 2\).*bounds='pos.var'"):
        fit = sem.fit(text, table, cluster="unit")
    assert fit.converged and estimates(fit)["s", "~~", "s", 2] < 0
    bound = sem.fit(text, table, cluster="unit", bounds="pos.var")
    assert (
        bound.converged
        and not bound.doubts
        and estimates(bound)["s", "~~", "s", 2] == pytest.approx(0, abs=1e-8)
    )


def test_what_is_said_of_fit(simple: sem.SemResult) -> None:
    text = simple.summary()
    assert "No test of fit" in text and "x: slope s, see level 2" in text and "CFI" not in text
    assert np.isnan(simple.fit_measures[["chisq", "df", "cfi", "srmr"]]).all()
    assert np.isfinite(simple.fit_measures[["logl", "aic", "bic"]]).all()
    assert "Heywood" not in text and simple.to_json()


BAD = {
    'level: 1\ny ~ rv("s")*x\nlevel: 2\ny ~ x': "parts within and between",
    'level: 1\ny ~ rv("s")*x + z\nlevel: 2\ny ~ z': "beside a random slope is not",
    'level: 1\nf =~ a + b + c\ny ~ rv("s")*f\nlevel: 2\ny ~ w': "random slopes of latent variables",
    'level: 1\ny ~ rv("s")*m\nm ~ x\nlevel: 2\ny ~ w': "explained",
    'level: 1\ny ~ x\nlevel: 2\ny ~ rv("s")*w': "stands at level 2",
    'level: 1\ny ~~ rv("s")*x\nlevel: 2\ny ~ w': "covariate of a regression",
    'level: 1\ny ~ rv("s")*k*x\nlevel: 2\ny ~ w': "coefficient beside its random slope",
    'level: 1\ny ~ rv("s")*x\ns ~ z\nlevel: 2\ny ~ w': "stands at level 2 alone",
    'level: 1\ny ~ rv("w")*x\nlevel: 2\ny ~ z': "also a column of the data",
    'y ~ rv("s")*x': "needs a level: 1",
    'level: 1\ny ~ rv("s")*x + x:z\nlevel: 2\ny ~ w': "x:z",
}


@pytest.mark.parametrize("model", BAD)
def test_models_that_are_not_served_are_named(data: pd.DataFrame, model: str) -> None:
    with pytest.raises(MlbcError, match=BAD[model]):
        fitted(data, model)


OPTIONS = {
    "missing": ("fiml", "neither of covariates nor"),
    "fixed_x": (False, "given their covariates"),
    "estimator": ("WLSMV", "not served in two-level"),
    "ordered": (["y"], "ordinal variables|categories|values"),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_options_that_are_not_served_are_named(data: pd.DataFrame, option: str) -> None:
    value, words = OPTIONS[option]
    with pytest.raises(MlbcError, match=words):
        fitted(data, **{option: value})


AFTER = {
    "residuals": sem.residuals,
    "modification indices": sem.modification_indices,
    "effects": sem.effects,
    "fit of each level": sem.level_fit,
    "reliabilities": reliability.by_level,
    "independence model": lambda fit: fit.baseline,
    "score tests": lambda fit: sem.score_test(fit, "level: 1\ny ~~ x"),
}


@pytest.mark.parametrize("what", AFTER)
def test_what_needs_unrestricted_moments_is_refused(simple: sem.SemResult, what: str) -> None:
    with pytest.raises(NotServedError, match=rf"{what}.*random slopes \(s\)"):
        AFTER[what](simple)
    with pytest.raises(ModelError, match="without random slopes"):
        _ = simple.intraclass


def test_clusters_of_few_rows_cannot_tell_slopes_from_residuals(data: pd.DataFrame) -> None:
    pairs = data.groupby("unit").head(2)
    with pytest.raises(DataError, match="leave nothing to tell the residuals"):
        fitted(pairs)
