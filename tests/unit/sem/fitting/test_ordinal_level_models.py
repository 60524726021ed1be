"""Two levels of ordinal items: slopes of what a model implies, recovery, groups, estimators, and what is refused."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, DataWarning, MlbcError, MlbcWarning
from mlbc_stats.sem.implied.moments import imply

MODEL = "level: 1\nf =~ a + b + c + d\nlevel: 2\ng =~ a + b + c + d"
LOADINGS = np.array([1.0, 0.8, 1.2, 0.9])
OTHERS = np.array([1.0, 1.1, 0.7, 0.9])
CUTS = ([-0.8, 0.6], [0.2], [-1.0, 0.0, 1.2], [-0.5, 0.9])
ITEMS = list("abcd")


def sample(clusters: int, seed: int = 3) -> pd.DataFrame:
    """Synthetic: one factor of variance .8 within and .5 between, residual variances 1 within and .2 between."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(clusters), rng.integers(5, 13, clusters))
    within = rng.normal(scale=0.8**0.5, size=len(unit))[:, None] * LOADINGS + rng.normal(size=(len(unit), 4))
    between = rng.normal(scale=0.5**0.5, size=clusters)[:, None] * OTHERS
    y = within + (between + rng.normal(scale=0.2**0.5, size=(clusters, 4)))[unit]
    codes = {
        name: np.digitize(y[:, i], cuts) + 1.0 for i, (name, cuts) in enumerate(zip(ITEMS, CUTS, strict=True))
    }
    return pd.DataFrame(codes).assign(unit=unit, half=np.where(unit % 2, "odd", "even"))


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return sample(120)


def fitted(data: pd.DataFrame, model: str = MODEL, **options: Any) -> sem.SemResult:
    """With a few nodes, which are as good as many where nothing but the model is looked at."""
    call = {"cluster": "unit", "ordered": ITEMS, "integration_ngh": (15, 9), **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.cfa(model, data, **call)


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> sem.SemResult:
    return fitted(data)


PATHS = "level: 1\nf =~ a + b + c\nd ~ f + a\nlevel: 2\ng =~ b + a + d\nc ~ g + d\nc ~~ c"


@pytest.mark.parametrize("model", [MODEL, PATHS], ids=["factors", "paths among items"])
def test_slopes_of_the_implied_moments(data: pd.DataFrame, model: str) -> None:
    """Central differences of step 1e-6."""
    fit = fitted(data, model, estimator="DWLS")
    ram, theta = fit.solution.rams[0], fit.theta + 0.05
    steps = 1e-6 * np.eye(len(theta))
    found = np.stack(
        [(imply(ram, theta + e).stacked - imply(ram, theta - e).stacked) / 2e-6 for e in steps], axis=1
    )
    told = ram.engine.jacobian(ram, imply(ram, theta))
    assert told == pytest.approx(found[:, ram.free], abs=1e-8)


def test_the_table_and_what_is_told(fit: sem.SemResult) -> None:
    rows = fit.parameters.set_index(["lhs", "op", "rhs", "level"])
    assert fit.converged
    assert fit.npar == 6 + 2 + 4 + sum(map(len, CUTS))
    assert (rows.loc[[("a", "~~", "a", 1), ("d", "~~", "d", 1)], "est"] == 1).all()
    assert rows.loc[("a", "|", "t1", 1), "free"] == 0 < rows.loc[("a", "|", "t1", 2), "free"]
    variance = float(fit.sigma[0][0, 0])
    assert rows.loc[("a", "~*~", "a", 1), "est"] == pytest.approx(variance**-0.5)
    measures = fit.fit_measures
    assert (measures["df"], measures["baseline_df"]) == (4, 12)
    assert 0 < measures["srmr_within"] + measures["srmr_between"] == pytest.approx(measures["srmr"])
    assert fit.intraclass["icc"].between(0.1, 0.5).all()
    assert len(fit.standardized) == len(fit.parameters)
    assert "rows of the largest" in str(fit.summary())
    assert fit.advice == ()


def test_standardized_values_and_residuals(fit: sem.SemResult) -> None:
    inside, outside = sem.residuals(fit, "raw")
    assert (inside.level, outside.level, list(outside.cov.index)) == (1, 2, ITEMS)
    assert np.abs(outside.thresholds).max() < 1e-8
    assert np.abs(np.diag(outside.cov)).max() < 1e-8
    row = fit.standardized.query("lhs == 'f' and rhs == 'c'").iloc[0]
    part = fit.parameters.set_index(["lhs", "op", "rhs", "level"])["est"]
    load, spread = part["f", "=~", "c", 1], part["f", "~~", "f", 1]
    assert row["est_std"] == pytest.approx(load * (spread / (load**2 * spread + 1)) ** 0.5)
    assert len(sem.modification_indices(fit)) > 0
    assert sem.level_fit(fit)["df"].tolist() == [2, 2]


def test_a_saturated_level_and_equal_loadings(data: pd.DataFrame, fit: sem.SemResult) -> None:
    text = "level: 1\nf =~ a + u*b + v*c + w*d\nlevel: 2\ng =~ a + u*b + v*c + w*d"
    equal = fitted(data, text)
    assert equal.fit_measures["df"] == 7
    test = sem.compare(equal, fit).table.iloc[-1]
    assert (test["df_diff"], 0 < test["pvalue"] < 1) == (3, True)


@pytest.mark.parametrize("estimator", ["DWLS", "WLSM", "WLSMVS", "ULSMV", "WLS"])
def test_other_least_squares(data: pd.DataFrame, fit: sem.SemResult, estimator: str) -> None:
    other = fitted(data, estimator=estimator)
    gap = (other.theta - fit.theta) / fit.std_errors
    assert np.abs(gap).max() < 1.5
    if estimator in {"DWLS", "WLSM"}:
        assert other.theta == pytest.approx(fit.theta, abs=1e-6)


def test_groups_stand_alone(data: pd.DataFrame) -> None:
    both = fitted(data, group="half")
    for place, label in enumerate(both.table.group_labels, start=1):
        alone = fitted(data[data["half"] == label])
        rows = both.parameters[both.parameters["group"] == place]
        assert rows["est"].to_numpy() == pytest.approx(alone.parameters["est"].to_numpy(), abs=1e-5)
        assert rows["se"].to_numpy() == pytest.approx(alone.parameters["se"].to_numpy(), rel=5e-3)


def test_order_of_items_does_not_matter(data: pd.DataFrame, fit: sem.SemResult) -> None:
    turned = fitted(data, "level: 1\nf =~ a + b + c + d\nlevel: 2\ng =~ a + d + c + b")
    keys = ["lhs", "op", "rhs", "level"]
    one, other = (each.parameters.set_index(keys)["est"].sort_index() for each in (fit, turned))
    assert other.to_numpy() == pytest.approx(one.loc[other.index].to_numpy(), abs=1e-5)


def test_pairwise_keeps_rows(data: pd.DataFrame) -> None:
    holes = data.copy()
    holes.loc[::7, "a"] = np.nan
    assert fitted(holes, missing="pairwise").nobs == len(data)
    assert fitted(holes).nobs == len(data) - len(data.loc[::7])


def test_parameters_are_recovered() -> None:
    """400 clusters, converged integrals: every estimate within 3.5 errors of what the answers were drawn with."""
    data = sample(400, seed=8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        fit = sem.cfa(MODEL, data, cluster="unit", ordered=ITEMS)
    rows = fit.parameters[fit.parameters["free"] > 0].set_index(["lhs", "op", "rhs", "level"])
    truth = {("f", "=~", name, 1): value for name, value in zip(ITEMS[1:], LOADINGS[1:], strict=True)}
    truth |= {("g", "=~", name, 2): value for name, value in zip(ITEMS[1:], OTHERS[1:], strict=True)}
    truth |= {("f", "~~", "f", 1): 0.8, ("g", "~~", "g", 2): 0.5}
    truth |= {(name, "~~", name, 2): 0.2 for name in ITEMS}
    truth |= {
        (name, "|", f"t{k}", 2): cut
        for name, cuts in zip(ITEMS, CUTS, strict=True)
        for k, cut in enumerate(cuts, start=1)
    }
    assert set(truth) == set(rows.index)
    z = [(rows.loc[key, "est"] - value) / rows.loc[key, "se"] for key, value in truth.items()]
    assert np.abs(z).max() < 3.5
    assert fit.fit_measures["pvalue_scaled"] > 0.001


def test_clusters_that_agree_and_rare_categories_are_told(data: pd.DataFrame) -> None:
    changed = data.copy()
    changed.loc[changed["unit"] == 7, "b"] = 1.0
    with pytest.warns(
        DataWarning, match="items that do not vary within some of the 120 clusters: .*b within"
    ):
        sem.cfa(MODEL, changed, cluster="unit", ordered=ITEMS, integration_ngh=(9, 7))
    changed["half"] = np.where(changed["unit"] < 60, "x", "y")
    changed.loc[(changed["half"] == "x") & (changed["a"] == 3), "a"] = 2.0
    with pytest.raises(DataError, match="in group 'x': no row used has category 3 of a"):
        fitted(changed, group="half")


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "d: two-level models of ordinal variables are served where every": (MODEL, {"ordered": list("abc")}),
    "d: an ordinal item of one level alone": (MODEL.replace("+ c + d\nlevel", "+ c\nlevel"), {}),
    "x: two-level models of ordinal": (MODEL.replace("level: 2", "f ~ x\nlevel: 2"), {}),
    "estimator='IV' is not served for ordinal": (MODEL, {"estimator": "IV"}),
    "treats codes as continuous": (MODEL, {"estimator": "MLR"}),
    "se='bootstrap' is not served for ordinal": (MODEL, {"se": "bootstrap"}),
    "test='browne.residual.adf' is not served for ordinal": (MODEL, {"test": "browne.residual.adf"}),
    "group_equal='thresholds' with ordinal": (MODEL, {"group": "half", "group_equal": ["thresholds"]}),
    "integration_ngh='many': expected a number of nodes": (MODEL, {"integration_ngh": "many"}),
    "integration_ngh is for ordinal items": (MODEL, {"ordered": (), "estimator": "ML"}),
    "thresholds in a two-level model are not served": (MODEL + "\na | 0*t1", {}),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_not_served_is_refused(data: pd.DataFrame, message: str) -> None:
    model, options = REFUSED[message]
    with pytest.raises(MlbcError, match=message):
        fitted(data.assign(x=np.arange(len(data)) % 5), model, **options)


def test_what_comes_after_is_refused(fit: sem.SemResult) -> None:
    for ask in (sem.factor_scores, reliability.by_level, lambda fit: sem.bootstrap(fit, 5)):
        with pytest.raises(MlbcError, match="of two levels of ordinal items are not served"):
            ask(fit)
