"""Agreement of raters and of groups: what must not change it, its limits, its coverage, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.reliability.agreement.nulls import KNOWN, null_variance
from mlbc_stats.reliability.answers.restricted_icc import _criterion, restricted_icc
from mlbc_stats.survey import raters

EXACT = 1e-10
RNG = np.random.default_rng(3)
RATINGS = 10 + 2 * RNG.normal(size=(15, 1)) + RNG.normal(size=(15, 4)) + np.array([0, 1, -1, 0.5])
GROUP = np.repeat(["a", "b", "c", "d"], [4, 6, 5, 9]).tolist()
ANSWERS = RNG.integers(1, 6, size=(24, 3)).astype(float)


def table(values: np.ndarray) -> dict[str, np.ndarray]:
    return {f"x{k + 1}": column for k, column in enumerate(np.asarray(values, dtype=float).T)}


def test_intraclass_ignores_unit_origin_and_order() -> None:
    base = reliability.intraclass(table(RATINGS)).table
    moved = reliability.intraclass(table(3.5 * RATINGS[::-1, [2, 0, 3, 1]] - 40)).table
    np.testing.assert_allclose(moved, base, rtol=EXACT)
    shifted = reliability.intraclass(table(RATINGS + np.array([0, 9, -4, 2]))).table
    np.testing.assert_allclose(
        shifted.filter(like="(3,", axis=0), base.filter(like="(3,", axis=0), rtol=EXACT
    )
    assert shifted.loc["ICC(2,1)", "icc"] < base.loc["ICC(2,1)", "icc"]


def test_mean_of_raters_is_stepped_up() -> None:
    icc = reliability.intraclass(table(RATINGS)).table["icc"]
    for kind in "123":
        one = icc[f"ICC({kind},1)"]
        assert icc[f"ICC({kind},k)"] == pytest.approx(4 * one / (1 + 3 * one), rel=EXACT)


def test_raters_apart_by_a_constant_have_no_tests() -> None:
    found = reliability.intraclass(table(RATINGS[:, :1] + np.array([0.0, 1.0, 2.0])))
    assert found.table.loc["ICC(3,1)", "icc"] == pytest.approx(1, abs=EXACT)
    assert found.table["icc"]["ICC(2,1)"] < 1 and "no residual" in found.note
    assert found.table[["F", "pvalue", "lower", "upper"]].isna().all(axis=None)


def test_intervals_cover_the_truth() -> None:
    rng, hits, truth, sets = np.random.default_rng(11), np.zeros(3), 0.4, 300
    for _ in range(sets):
        y = np.sqrt(truth) * rng.normal(size=(20, 1)) + np.sqrt(1 - truth) * rng.normal(size=(20, 3))
        rows = reliability.intraclass(table(y)).table.iloc[:3]
        hits += (rows["lower"].to_numpy() < truth) & (truth < rows["upper"].to_numpy())
    error = np.sqrt(0.95 * 0.05 / sets)
    assert (np.abs(hits / sets - 0.95) < 4 * error).all()


def test_a_target_without_a_rating_is_told() -> None:
    gaps = RATINGS.copy()
    gaps[2, 1] = np.nan
    with pytest.warns(DataWarning, match="1 target of 15"):
        found = reliability.intraclass(table(gaps))
    assert (found.left_out, found.n_targets) == (1, 14)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones((5, 3)), "all are the same"),
        (RATINGS[:, :1], "two columns"),
        (RATINGS[:1], "two targets"),
    ],
)
def test_ratings_without_an_answer_are_refused(values: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        reliability.intraclass(table(values))


def test_groups_that_agree_and_groups_that_are_split() -> None:
    same, split = np.full((6, 2), 4.0), np.repeat([[1.0, 1.0], [5.0, 5.0]], 3, axis=0)
    found = reliability.group_agreement(table(np.vstack([same, split])), ["s"] * 6 + ["d"] * 6, (1, 5)).table
    assert found.loc["s", ["rwg_j", "rwg_lindell", "awg"]].tolist() == [1, 1, 1]
    assert found.loc["s", ["ad_mean", "ad_median"]].tolist() == [0, 0]
    assert found.loc["d", "rwg_j"] == 0 and found.loc["d", "truncated"] == 2
    assert found.loc["d", "awg"] == pytest.approx(-1, abs=EXACT)
    assert found.loc["d", "ad_mean"] == pytest.approx(2, abs=EXACT)


def test_group_agreement_ignores_direction_and_order() -> None:
    base = reliability.group_agreement(table(ANSWERS), GROUP, (1, 5)).table
    order = np.random.default_rng(1).permutation(len(GROUP))
    turned = reliability.group_agreement(table(6 - ANSWERS[order]), [GROUP[i] for i in order], (1, 5)).table
    np.testing.assert_allclose(turned.loc[base.index], base, rtol=EXACT, atol=EXACT)
    shifted = reliability.group_agreement(table(ANSWERS - 1), GROUP, (0, 4)).table
    np.testing.assert_allclose(shifted, base, rtol=EXACT, atol=EXACT)


def test_rwg_of_many_items_is_stepped_up_and_depends_on_the_null() -> None:
    close = np.clip(np.round(3 + 0.6 * np.random.default_rng(2).normal(size=(24, 3))), 1, 5)
    rwg = {name: reliability.group_agreement(table(close), GROUP, (1, 5), null=name).table for name in KNOWN}
    r = rwg["uniform"]["rwg_lindell"]
    np.testing.assert_allclose(rwg["uniform"]["rwg_j"], 3 * r / (1 + 2 * r), rtol=EXACT)
    assert (rwg["heavy_skew"]["rwg_j"] <= rwg["slight_skew"]["rwg_j"]).all()
    given = reliability.group_agreement(table(close), GROUP, (1, 5), null=1.34).table
    np.testing.assert_allclose(given, rwg["slight_skew"], rtol=EXACT)


def test_missing_answers_and_names_are_counted() -> None:
    gaps, names = ANSWERS.copy(), [*GROUP[:-2], None, float("nan")]
    gaps[0] = np.nan
    gaps[4:9, 0] = np.nan
    found = reliability.group_agreement(table(gaps), names, (1, 5))
    assert found.without_group == 2 and found.table.loc["a", "n"] == 3 and found.table.loc["d", "n"] == 7
    assert np.isnan(found.table.loc["b", "rwg_j"]) and found.items.loc[("b", "x1"), "n"] == 1
    assert np.isfinite(found.items.loc[("b", "x2"), "rwg"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options": (1, 4)}, "outside the options"),
        ({"options": (5, 1)}, "lowest and the highest"),
        ({"group": GROUP[:-1]}, "23 names of groups for 24 rows"),
        ({"group": [None] * 24}, "no row names a group"),
        ({"null": "flat"}, "not known"),
        ({"null": -1.0}, "positive"),
        ({"null": [0.5, 0.5]}, "expected 5 shares"),
        ({"options": (1, 7), "null": "heavy_skew"}, "give the share of each option"),
    ],
)
def test_groups_that_cannot_be_read_are_refused(change: dict[str, object], message: str) -> None:
    given = {"data": table(ANSWERS), "group": GROUP, "options": (1, 5)} | change
    with pytest.raises(DataError, match=message):
        reliability.group_agreement(**given)  # type: ignore[arg-type]


def test_nulls_of_the_literature() -> None:
    found = [round(null_variance(5, name), 2) for name in KNOWN]
    assert found == [2.0, 1.34, 0.9, 0.44, 1.32, 1.04]
    assert null_variance(7) == 4


def test_clusters_of_one_size_give_one_intraclass_correlation() -> None:
    values, cluster = {"y": RATINGS.ravel()}, np.repeat(np.arange(15), 4).tolist()
    found = [
        reliability.clustering(values, cluster, method=method).loc["y"]
        for method in ("anova", "mean_size", "reml")
    ]
    for other in found[1:]:
        np.testing.assert_allclose(other[["icc1", "icc2"]], found[0][["icc1", "icc2"]], rtol=1e-9)
    noise = {"y": np.tile([1.0, 2.0, 3.0, 4.0], 15)}
    assert reliability.clustering(noise, cluster, method="reml").loc["y", "icc1"] == 0
    with pytest.raises(DataError, match="anova, mean_size, reml"):
        reliability.clustering(noise, cluster, method="ml")


def test_slope_of_the_restricted_likelihood() -> None:
    means, sizes = np.array([1.0, 2.5, 0.5, 3.0]), np.array([3, 5, 2, 8])

    def value(ratio: float) -> float:
        return _criterion(ratio / (1 + ratio), means, sizes, 9.0)[0]

    step = 1e-6
    numeric = (value(0.7 + step) - value(0.7 - step)) / (2 * step)
    assert _criterion(0.7 / 1.7, means, sizes, 9.0)[1] == pytest.approx(numeric, rel=1e-6)
    best = restricted_icc(means, sizes, 9.0)
    assert abs(_criterion(best, means, sizes, 9.0)[1]) < 1e-8


def test_two_categories_have_one_alpha_at_every_level() -> None:
    codes = RNG.integers(1, 3, size=(20, 3))
    values = [
        raters.krippendorff_alpha(codes, name, draws=10).value for name in ("nominal", "interval", "ratio")
    ]
    assert np.ptp(values) < EXACT


def test_ratio_alpha_ignores_the_unit_and_needs_a_zero() -> None:
    codes = RNG.integers(0, 7, size=(20, 3)).astype(float)
    one, other = (raters.krippendorff_alpha(unit * codes, "ratio", draws=10).value for unit in (1, 2.5))
    assert one == pytest.approx(other, rel=EXACT)
    with pytest.raises(DataError, match="true zero"):
        raters.krippendorff_alpha(codes - 3, "ratio")


def test_kappas_of_two_raters_are_cohens() -> None:
    codes = RNG.integers(1, 4, size=(30, 2))
    cohen = raters.cohen_kappa(codes[:, 0], codes[:, 1]).value
    assert raters.conger_kappa(codes).value == pytest.approx(cohen, rel=EXACT)
    assert raters.light_kappa(codes).value == pytest.approx(cohen, rel=EXACT)


def test_kappas_without_an_answer_say_so() -> None:
    same = np.ones((5, 3))
    assert np.isnan(raters.conger_kappa(same).value) and "one category" in raters.conger_kappa(same).note
    assert np.isnan(raters.light_kappa(same).value) and "raters 1 and 2" in raters.light_kappa(same).note
    gaps = [[1, 1, 2], [2, None, 2]]
    with pytest.raises(DataError, match="unit 2, rater 2"):
        raters.conger_kappa(gaps)
    with pytest.raises(DataError, match="two raters"):
        raters.light_kappa([[1], [2]])
    with pytest.raises(DataError, match="no pairs"):
        raters.coincidences([[1, None], [None, 2]])
