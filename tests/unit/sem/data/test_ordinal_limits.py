"""Limits of ordinal fits: what cannot be asked is refused by a message; groups count by their weights."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, ModelError

CUTS = [-0.3, 0.4]


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    w = rng.normal(size=600)
    g = 0.5 * w + rng.normal(size=600)
    out = {"w": w, "v": rng.normal(size=600)}
    for f in (1, 2, 3):
        factor = 0.8 * g + 0.6 * rng.normal(size=600)
        for j in (1, 2, 3):
            out[f"y{f}{j}"] = np.digitize(0.8 * factor + 0.6 * rng.normal(size=600), CUTS)
    return out


def test_scores_of_a_model_without_factors(table: dict[str, np.ndarray]) -> None:
    result = sem.fit("y11 ~ y12 + w", table, ordered=["y11"])
    with pytest.raises(ModelError, match="no latent variables, so there are no factor scores"):
        sem.factor_scores(result)


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.InadmissibleWarning")
def test_scores_of_a_heywood_solution(table: dict[str, np.ndarray]) -> None:
    improper = "f =~ 1*y11 + 1.5*y12 + 1*y13; f ~~ 0.6*f"
    result = sem.cfa(improper, table, ordered=True)
    with pytest.raises(ModelError, match=r"positive residual variances, but found y12 \(-0\.35\)"):
        sem.factor_scores(result)


def test_no_index_of_a_path_to_a_covariate(table: dict[str, np.ndarray]) -> None:
    model = (
        "f1 =~ y11 + y12 + y13; f2 =~ y21 + y22 + y23; f3 =~ y31 + y32 + y33; g =~ f1 + f2 + f3; g ~ w + v"
    )
    result = sem.fit(model, table, ordered=[name for name in table if name.startswith("y")])
    indices = sem.modification_indices(result)
    assert not indices["lhs"].isin(["w", "v"]).any()
    assert (indices["op"] == "=~").any()


def test_groups_count_by_their_weights(table: dict[str, np.ndarray]) -> None:
    """Double weight in one group counts nearly as its rows taken twice; Γ/n stays that of the weighted moments."""
    one, two = np.arange(600) < 200, np.arange(600) >= 200
    data = {name: table[name] for name in ("y11", "y12", "y13")} | {"site": two.astype(int)}
    data["mass"] = np.where(one, 2.0, 1.0)
    arguments = {"ordered": ["y11", "y12", "y13"], "group": "site", "group_equal": ["loadings", "thresholds"]}
    model = "f =~ y11 + y12 + y13"
    options = arguments | {"estimator": "ULSMV", "std_lv": True}
    weighted = sem.cfa(model, data, sampling_weights="mass", **options)
    plain = sem.cfa(model, data, **options)
    rows = np.r_[np.flatnonzero(one), np.arange(600)]
    doubled = sem.cfa(model, {name: values[rows] for name, values in data.items()}, **options)
    own, other = weighted.moments[0], plain.moments[0]
    assert own.total_weight == pytest.approx(600 * 400 / 800)
    assert own.ordinal.gamma / own.total_weight == pytest.approx(other.ordinal.gamma / other.n, rel=1e-9)
    assert weighted.theta == pytest.approx(doubled.theta, abs=2e-3)
    assert np.abs(weighted.theta - plain.theta).max() > 5e-3


@pytest.fixture
def few() -> dict[str, np.ndarray]:
    """Four items of one factor, three categories."""
    rng = np.random.default_rng(3)
    y = 0.7 * rng.normal(size=(200, 1)) + 0.7 * rng.normal(size=(200, 4))
    return dict(zip(("y0", "y1", "y2", "y3"), np.digitize(y.T, [-0.5, 0.5]), strict=True))


def test_a_correlation_that_the_table_cannot_give(few: dict[str, np.ndarray]) -> None:
    """Everyone who endorses one item chose the top of another: the likelihood is flat towards one."""
    endorsed = np.random.default_rng(4).random(200) < 0.06
    few["y3"], few["y0"] = endorsed.astype(int), np.where(endorsed, 2, few["y0"])
    with pytest.raises(DataError, match="y0~~y3 or their sampling errors cannot be estimated"):
        sem.cfa("f =~ y0 + y1 + y2 + y3", few, ordered=True)


def test_a_covariate_that_separates_the_categories(few: dict[str, np.ndarray]) -> None:
    few["z"] = np.where(few["y1"] >= 1, 1.0, 0.0)
    with pytest.raises(DataError, match="no estimates for y1: the covariates separate its categories"):
        sem.fit("f =~ y0 + y1 + y2\nf ~ z", few, ordered=True)


def test_a_covariate_that_almost_separates_the_categories(few: dict[str, np.ndarray]) -> None:
    """One case on the other side: the estimate is finite, and is told to mean little."""
    few["z"] = np.where(few["y1"] >= 1, 1.0, 0.0)
    few["z"][np.flatnonzero(few["y1"] == 0)[0]] = 1.0
    few["z"][np.flatnonzero(few["y1"] == 1)[0]] = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = sem.fit("f =~ y0 + y1 + y2\nf ~ z", few, ordered=True)
    assert np.isfinite(result.moments[0].ordinal.moments).all()


def test_a_rare_covariate_that_always_goes_with_one_answer(few: dict[str, np.ndarray]) -> None:
    rare = np.random.default_rng(4).random(200) < 0.05
    few["z"], few["y1"] = rare.astype(float), np.where(rare, 2, few["y1"])
    with pytest.raises(DataError, match="no estimates for y1: the covariates separate its categories"):
        sem.fit("f =~ y0 + y1 + y2\nf ~ z", few, ordered=True)


def test_one_column_of_groups(few: dict[str, np.ndarray]) -> None:
    with pytest.raises(ModelError, match="name one column"):
        sem.cfa("f =~ y0 + y1 + y2", few, group=["y3"])
    few["site"] = np.full(200, np.nan)
    with pytest.raises(DataError, match="names no group"):
        sem.cfa("f =~ y0 + y1 + y2", few, group="site")


def test_observed_information_is_not_for_ordinal_data(few: dict[str, np.ndarray]) -> None:
    result = sem.cfa("f =~ y0 + y1 + y2 + y3", few, ordered=True)
    with pytest.raises(ModelError, match="use information='expected'"):
        sem.modification_indices(result, information="observed")
