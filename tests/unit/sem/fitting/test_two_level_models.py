"""Two-level models: tables as in lavaan, estimates that change with nothing they should not, and what is refused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, report, sem
from mlbc_stats.errors import DataError, MlbcError, MlbcWarning, ModelError, NotServedError
from mlbc_stats.moments.two_level.unrestricted import Unrestricted, unrestricted_moments
from mlbc_stats.sem.data import level_sample

MODEL = """
level: 1
f =~ a + b + c + d
f ~ x
level: 2
g =~ a + b + c + d
g ~ w
"""
CLUSTERS = 100


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    """Synthetic: one factor at each level, slopes .4 (x, within) and .5 (w, between), clusters of 4 to 9."""
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(CLUSTERS), rng.integers(4, 10, CLUSTERS))
    w, x = rng.normal(size=CLUSTERS), rng.normal(size=len(unit))
    between = 0.5 * w + 0.7 * rng.normal(size=CLUSTERS)
    within = 0.4 * x + rng.normal(size=len(unit))
    loadings = np.array([1.0, 0.8, 1.2, 0.9])
    v = between[:, None] * loadings + 0.4 * rng.normal(size=(CLUSTERS, 4))
    y = 3 + v[unit] + within[:, None] * loadings + 0.8 * rng.normal(size=(len(unit), 4))
    return pd.DataFrame(y, columns=list("abcd")).assign(x=x, w=w[unit], unit=unit, half=unit % 2)


def fitted(data: pd.DataFrame, model: str = MODEL, **options: Any) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(model, data, **{"cluster": "unit", **options})


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> sem.SemResult:
    return fitted(data)


@pytest.fixture(scope="module")
def holes(data: pd.DataFrame) -> pd.DataFrame:
    rng, out = np.random.default_rng(12), data.copy()
    for name in "abcd":
        out.loc[rng.random(len(out)) < 0.15, name] = np.nan
    return out


def test_the_table_has_the_rows_of_both_levels(fit: sem.SemResult) -> None:
    frame = fit.parameters
    assert list(frame.columns[:6]) == ["lhs", "op", "rhs", "level", "group", "label"]
    assert frame["level"].value_counts().to_dict() == {1: 17, 2: 17}
    fixed = frame[(frame["level"] == 1) & (frame["op"] == "~1") & (frame["lhs"] != "x")]
    assert (fixed["est"] == 0).all() and (fixed["free"] == 0).all()
    assert list(fit.vcov.index[[0, -1]]) == ["f=~b", "d~1.l2"]


def test_estimates_are_near_the_population(fit: sem.SemResult) -> None:
    frame = fit.parameters.set_index(["lhs", "op", "rhs", "level"])
    truth = {
        ("f", "=~", "c", 1): 1.2,
        ("f", "~", "x", 1): 0.4,
        ("g", "=~", "d", 2): 0.9,
        ("g", "~", "w", 2): 0.5,
    }
    for key, value in truth.items():
        assert abs(frame.loc[key, "est"] - value) < 3 * frame.loc[key, "se"]


@pytest.mark.parametrize("options", [{}, {"missing": "fiml"}])
def test_slopes_vanish_and_errors_are_those_of_differences(data: Any, holes: Any, options: Any) -> None:
    found = fitted(holes if options else data, **options)
    objective = found.solution.objective
    from mlbc_stats.sem.estimation.objective import slopes

    assert np.abs(slopes(objective, found.theta[None])[1]).max() < 1e-7
    step = 1e-4 * np.diag(found.std_errors)
    ends = [slopes(objective, found.theta + sign * step)[1] for sign in (1, -1)]
    bends = (ends[0] - ends[1]) / (2 * np.diag(step)[:, None])
    errors = np.sqrt(np.diag(np.linalg.inv(found.nobs * bends / 2)))
    np.testing.assert_allclose(found.std_errors, errors, rtol=1e-5)


def test_rows_clusters_and_their_names_may_come_in_any_order(data: pd.DataFrame, fit: sem.SemResult) -> None:
    turned = data.sample(frac=1, random_state=1).assign(unit=lambda d: "u" + (999 - d["unit"]).astype(str))
    other = fitted(turned, estimator="MLR")
    np.testing.assert_allclose(other.theta, fit.theta, atol=1e-8)
    straight = fitted(data, estimator="MLR")
    np.testing.assert_allclose(other.std_errors, straight.std_errors, rtol=1e-7)


def test_units_of_measurement_do_not_matter(data: pd.DataFrame, fit: sem.SemResult) -> None:
    other = fitted(data.assign(a=100 * data["a"] + 7, x=data["x"] / 50, w=10 * data["w"]))
    np.testing.assert_allclose(other.standardized["est_std"][:8], fit.standardized["est_std"][:8], atol=1e-6)
    np.testing.assert_allclose(
        other.fit_measures[["chisq", "rmsea", "srmr"]],
        fit.fit_measures[["chisq", "rmsea", "srmr"]],
        atol=1e-6,
    )


def test_fiml_of_complete_rows_is_maximum_likelihood(data: pd.DataFrame, fit: sem.SemResult) -> None:
    other = fitted(data, missing="fiml")
    np.testing.assert_allclose(other.theta, fit.theta, atol=1e-9)


def test_missing_values_leave_estimates_near_those_of_all(holes: pd.DataFrame, fit: sem.SemResult) -> None:
    other = fitted(holes, missing="fiml", estimator="MLR")
    assert other.converged and other.nobs == len(holes)
    assert np.isnan(other.fit_measures["cfi_robust"]) and np.isfinite(other.fit_measures["cfi_scaled"])
    assert np.all(np.abs(other.theta - fit.theta) < 3 * other.std_errors)


def test_a_model_of_all_covariances_fits_perfectly(data: pd.DataFrame) -> None:
    pairs = "\n".join(f"{one} ~~ {two}" for i, one in enumerate("abc") for two in "abc"[i:])
    found = fitted(data, f"level: 1\n{pairs}\nlevel: 2\n{pairs}")
    assert found.fit_measures["df"] == 0 and abs(found.fit_measures["chisq"]) < 1e-8
    np.testing.assert_allclose(found.sigma[0], found.moments[0].cov, atol=1e-7)


def test_an_intercept_between_is_a_mean_of_clusters(data: pd.DataFrame) -> None:
    """One variable is the one-way random effects model: its maximum is known for clusters of one size."""
    even = data.groupby("unit").head(4)
    found = fitted(even, "level: 1\na ~~ a\nlevel: 2\na ~~ a")
    table = even["a"].to_numpy().reshape(-1, 4)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (3 * len(table))
    between = table.mean(axis=1).var() - within / 4
    np.testing.assert_allclose(found.theta, [within, between, table.mean()], rtol=1e-8)
    icc = found.intraclass.iloc[0]
    assert icc["icc"] == pytest.approx(between / (between + within))
    assert icc["design_effect"] == pytest.approx(1 + 3 * icc["icc"])


def test_robust_errors_sum_scores_of_clusters(data: pd.DataFrame) -> None:
    found = fitted(data, estimator="MLR")
    moments, implied = found.moments[0], found.solution.implied()[0]
    assert moments.levels is not None and found.tests[1].test == "yuan.bentler.mplus"
    scores = moments.levels.data.scores(implied.sigma, np.asarray(implied.mu))
    assert scores.shape[0] == CLUSTERS
    ratio = found.std_errors / fitted(data).std_errors
    assert ratio.min() > 0.6 and ratio.max() < 1.6  # normal data


def test_groups_of_clusters_are_fitted_each_for_itself(data: pd.DataFrame) -> None:
    both = fitted(data, MODEL.replace("f ~ x", "").replace("g ~ w", ""), group="half")
    alone = fitted(data[data["half"] == 1], MODEL.replace("f ~ x", "").replace("g ~ w", ""))
    place = both.table.group_labels.index("1")
    q = len(alone.theta)
    np.testing.assert_allclose(both.theta[place * q : (place + 1) * q], alone.theta, atol=1e-6)


def test_equal_loadings_over_groups_leave_means_of_factors_within_at_zero(data: pd.DataFrame) -> None:
    model = MODEL.replace("f ~ x", "").replace("g ~ w", "")
    tied = fitted(data, model, group="half", group_equal=["loadings", "intercepts"])
    means = tied.parameters.query("op == '~1' and lhs in ['f', 'g'] and group == 2").set_index("level")
    assert means.loc[1, "free"] == 0 and means.loc[2, "free"] > 0
    found = sem.invariance(model, data, group="half", cluster="unit", steps=["configural", "metric"])
    assert len(found.table) == 2


def test_squared_shares_follow_the_older_version(data: pd.DataFrame) -> None:
    model = "level: 1\nf =~ a + p*b + q*c\nlevel: 2\ng =~ a + r*b + s*c"
    uneven = data[(data["half"] == 0) | (data["unit"] < 50)]
    likely, older = (fitted(uneven, model, group="half", compat=v) for v in ("0.7", "0.6"))
    assert likely.fit_measures["logl"] > older.fit_measures["logl"]


def test_a_covariate_at_both_levels_is_random(data: pd.DataFrame) -> None:
    found = fitted(data, "level: 1\nb ~ a\nlevel: 2\nb ~ a + w")
    assert "a: a covariate with parts within and between" in found.warnings[0]
    rows = found.parameters.set_index(["lhs", "op", "rhs", "level"])
    assert rows.loc[("a", "~~", "a", 1), "free"] > 0 and rows.loc[("w", "~~", "w", 2), "free"] == 0
    assert rows.loc[("a", "~~", "w", 2), "free"] > 0 and abs(found.fit_measures["chisq"]) < 1e-7


def test_modification_indices_foresee_the_fall_of_chi_square(data: pd.DataFrame) -> None:
    two = MODEL.replace("f =~ a + b + c + d", "f =~ a + b + 0*c + d")
    less = fitted(data, two.replace("0*c", "0.9*c"))
    found = sem.modification_indices(less, op="=~").set_index(["lhs", "rhs", "level"]).loc["f", "c", 1]
    fall = less.fit_measures["chisq"] - fitted(data).fit_measures["chisq"]
    assert found["mi"] == pytest.approx(fall, rel=0.15)


def test_score_and_difference_tests_agree(data: pd.DataFrame, fit: sem.SemResult) -> None:
    less = fitted(data, MODEL.replace("g ~ w", "g ~ 0*w"))
    score = sem.score_test(less, "level: 2\ng ~ w")
    assert score.univariate["stat"][0] == pytest.approx(
        sem.compare(less, fit).table["chisq_diff"].iloc[1], rel=0.3
    )
    with pytest.raises(ModelError, match="needs a line level: 1 or level: 2"):
        sem.score_test(less, "g ~ w")


def test_scores_of_clusters_and_rows(data: pd.DataFrame, fit: sem.SemResult) -> None:
    rows, clusters = sem.factor_scores(fit), sem.factor_scores(fit, level=2)
    assert list(rows.columns) == ["f"] and list(clusters.columns) == ["g"] and len(clusters) == CLUSTERS
    assert clusters.index[3] == "3" and rows.index.equals(data.index)
    means = data.groupby("unit")[list("abcd")].mean().mean(axis=1)
    assert np.corrcoef(means, clusters["g"])[0, 1] > 0.9
    assert abs(np.corrcoef(rows["f"], clusters["g"].iloc[data["unit"]])[0, 1]) < 0.2


def test_residuals_and_latent_moments_stand_by_level(fit: sem.SemResult) -> None:
    within, between = sem.residuals(fit, "cor")
    assert (within.level, between.level) == (1, 2) and list(between.cov.columns) == [*"abcd", "w"]
    assert (within.mean == 0).all()
    found = sem.largest_residuals(fit, 3)
    assert "level" in found and abs(found["residual"]).is_monotonic_decreasing
    assert [each.level for each in sem.latent_moments(fit)] == [1, 2]


def test_a_level_fits_by_itself_as_beside_a_saturated_one(data: pd.DataFrame, fit: sem.SemResult) -> None:
    found = sem.level_fit(fit)
    names = [*"abcd", "x"]
    pairs = [f"{one} ~~ {two}" for i, one in enumerate(names) for two in names[i:]]
    within = "level: 1\n" + "\n".join(pairs) + MODEL[MODEL.index("\nlevel: 2") :]
    written = fitted(data, within)
    assert found.loc[2, "chisq"] == pytest.approx(written.fit_measures["chisq"], rel=1e-6)
    assert found["df"].sum() == fit.fit_measures["df"] and found.loc[2, "df"] == written.fit_measures["df"]
    assert {"chisq_scaled", "rmsea_robust"} <= set(sem.level_fit(fitted(data, estimator="MLR")).columns)


def test_levels_that_share_a_label_are_not_judged_by_themselves(data: pd.DataFrame) -> None:
    tied = fitted(data, "level: 1\nf =~ a + p*b + c\nlevel: 2\ng =~ a + p*b + c")
    with pytest.raises(ModelError, match="ties parameters of both levels"):
        sem.level_fit(tied)
    with pytest.raises(ModelError, match="two-level"):
        sem.level_fit(sem.cfa("f =~ a + b + c + d", data))


def test_clusters_are_drawn_whole(fit: sem.SemResult) -> None:
    drawn = sem.bootstrap(fit, 200, seed=1)
    ratio = drawn.parameters()["se"][fit.parameters["free"] > 0].to_numpy() / fit.std_errors
    assert drawn.failures == 0 and ratio.min() > 0.6 and ratio.max() < 1.6
    again = sem.bootstrap(fit, 200, seed=1)
    np.testing.assert_array_equal(drawn.theta, again.theta)


def test_the_summary_names_the_levels(fit: sem.SemResult) -> None:
    text = fit.summary(rsquare=True)
    for part in (
        "Regressions (level 2, between clusters)",
        "Intraclass correlations",
        "within clusters",
        "a (level 2)",
    ):
        assert part in text
    assert "@" not in text and "@" not in fit._repr_html_().replace("@media", "")
    assert json.loads(fit.to_json())["parameters"][0]["level"] == 1


def test_few_clusters_are_remarked(data: pd.DataFrame) -> None:
    found = fitted(data[data["unit"] < 40])
    (advice,) = found.advice
    assert advice.topic == "clusters" and dict(advice.values) == {"clusters": 40}


def test_without_an_unrestricted_maximum_comparisons_are_withheld(
    data: pd.DataFrame, fit: sem.SemResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*arguments: Any) -> Unrestricted:
        return replace(unrestricted_moments(*arguments), converged=False)

    monkeypatch.setattr(level_sample, "unrestricted_moments", lost)
    found = fitted(data, estimator="MLR")
    assert "has no maximum that could be found" in found.warnings[0]
    np.testing.assert_allclose(found.theta, fit.theta, atol=1e-8)
    measures = found.fit_measures
    assert measures[["chisq", "cfi", "srmr", "unrestricted_logl"]].isna().all() and np.isfinite(
        measures["logl"]
    )
    assert sem.residuals(found)[0].cov.loc["a", "b"] != sem.residuals(found)[0].cov.loc["a", "b"]
    assert "withheld" in found.summary() and np.isfinite(found.std_errors).all()
    assert sem.level_fit(found)["chisq"].isna().all() and sem.bootstrap(found, 5, seed=1).failures == 0


BAD_DATA: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "one cluster": (lambda d: d.assign(unit=1), "belong to one cluster"),
    "single rows": (lambda d: d.assign(unit=range(len(d))), "has a single row"),
    "nothing within": (
        lambda d: d.assign(a=d.groupby("unit")["a"].transform("mean")),
        "a has no variance within",
    ),
    "nothing between": (
        lambda d: d.assign(a=d["a"] - d.groupby("unit")["a"].transform("mean")),
        "no variance between",
    ),
    "w varies": (lambda d: d.assign(w=d["x"]), "w stands at level 2 alone, but varies within cluster"),
    "few clusters": (lambda d: d[d["unit"] < 5], "5 clusters for 5 variables between"),
    "a constant": (lambda d: d.assign(a=1.0), "a is constant"),
    "collinear": (lambda d: d.assign(a=d["b"] + d["c"]), "collinear"),
    "no cluster": (lambda d: d.assign(unit=d["unit"].where(d["unit"] != 3)), "names no cluster in"),
    "no such column": (lambda d: d.drop(columns="unit"), "no column 'unit'"),
    "empty": (lambda d: d.assign(a=np.nan), "a has no value"),
}


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
@pytest.mark.parametrize("case", BAD_DATA)
def test_data_that_no_model_can_use_are_named(data: pd.DataFrame, case: str, missing: str) -> None:
    change, words = BAD_DATA[case]
    with pytest.raises(DataError, match=words):
        fitted(change(data), missing=missing)


BAD_MODELS = {
    "level: 1\nf =~ a + b + c": "has level: 1 alone",
    MODEL + "level: 3\nk =~ a + b + c": "3 levels",
    "f =~ a + b + c" + MODEL: "stands outside of the level: blocks",
    "level: 1\nC <~ a + b\nc ~ C\nlevel: 2\ng =~ a + b + c": "composites",
    'level: 1\nefa("e")*f =~ a + b + c\nlevel: 2\ng =~ a + b + c': "exploratory blocks",
    MODEL + "g ~ nobody": "no column for",
}


@pytest.mark.parametrize("model", BAD_MODELS)
def test_models_that_are_no_two_level_models_are_named(data: pd.DataFrame, model: str) -> None:
    with pytest.raises(MlbcError, match=BAD_MODELS[model]):
        fitted(data, model)


BAD_OPTIONS = {
    "cluster": None,
    "estimator": "WLSMV",
    "ordered": True,
    "missing": "two.stage",
    "sampling_weights": "x",
    "auxiliary": ["x"],
    "std_ov": True,
    "test": "satorra.bentler",
    "se": "robust.sem",
    "likelihood": "wishart",
    "meanstructure": False,
}


@pytest.mark.parametrize("option", BAD_OPTIONS)
def test_options_that_are_not_served_are_refused(data: pd.DataFrame, option: str) -> None:
    with pytest.raises(MlbcError, match=r"two|cluster|level|categories"):
        fitted(data, **{option: BAD_OPTIONS[option]})


NOT_SERVED: dict[str, Callable[[sem.SemResult], object]] = {
    "parametric resamples": lambda fit: sem.bootstrap(fit, 5, kind="parametric"),
    "Bollen-Stine resamples": lambda fit: sem.bootstrap(fit, 5, kind="bollen_stine"),
    "cutoffs": lambda fit: sem.fit_cutoffs(fit, replications=5),
    "Monte Carlo": lambda fit: sem.monte_carlo(fit, replications=5),
    "standardized residuals": lambda fit: sem.residuals(fit, "standardized"),
    "Bartlett scores": lambda fit: sem.factor_scores(fit, "bartlett"),
    "reliability": reliability.summary,
    "satorra_2000": lambda fit: sem.compare(fit, fit, method="satorra_2000"),
    "a diagram of both levels": report.path_diagram,
}


@pytest.mark.parametrize("what", NOT_SERVED)
def test_what_is_not_served_says_so(fit: sem.SemResult, what: str) -> None:
    with pytest.raises(MlbcError):
        NOT_SERVED[what](fit)


def test_functions_without_two_levels_say_so(data: pd.DataFrame) -> None:
    with pytest.raises(NotServedError):
        sem.sam(MODEL, data, cluster="unit")
    with pytest.raises(NotServedError):
        sem.monte_carlo("level: 1\nf =~ 1*a\nlevel: 2\nf =~ 1*a", 100, 2, model="f =~ a")
    with pytest.raises(ModelError, match="two-level model"):
        _ = sem.cfa("f =~ a + b + c + d", data).intraclass


def test_a_diagram_of_one_level_is_drawn(fit: sem.SemResult) -> None:
    rows = fit.standardized
    assert "g" in report.path_diagram(rows[rows["level"] == 2]).description
    assert "Level" in report.parameter_table(fit).header
