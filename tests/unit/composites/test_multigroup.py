"""Composite models in groups."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from mlbc_stats import composites
from mlbc_stats.composites.multigroup.tests_of_differences import henseler_pvalue, pooled_test, welch_test
from mlbc_stats.errors import ConvergenceWarning, DataError, ModelError, NotServedError
from tests.unit.composites.samples import drawn, model

TIGHT = {"tolerance": 1e-12, "max_iter": 3000}
SIDE = np.array(["left", "right"])[(np.arange(250) % 5 > 1).astype(int)]


@cache
def fitted() -> composites.CompositeResult:
    return composites.fit(model(), drawn(), **TIGHT)


@cache
def compared() -> composites.CompositeGroups:
    return composites.compare_groups(fitted(), SIDE, 99, 99, seed=1)


def of(side: str) -> dict[str, np.ndarray]:
    return {name: column[side == SIDE] for name, column in drawn().items()}


def test_groups_are_fits_of_their_cases() -> None:
    for side in ("left", "right"):
        own = composites.fit(model(), of(side), **TIGHT)
        for family in ("paths", "weights", "loadings"):
            assert compared().of(family)[side].to_numpy() == pytest.approx(
                getattr(own, family)["est"].to_numpy(), abs=1e-8
            )
    assert compared().sizes == (100, 150)


def test_compositional_invariance_is_the_correlation_of_scores() -> None:
    found = composites.invariance(fitted(), SIDE, permutations=19, seed=1)
    weights = {
        side: composites.fit(model(), of(side), **TIGHT).estimates.weights[0] for side in ("left", "right")
    }
    raw = fitted().sample.rows
    z = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    for j in range(4):
        for name, x in (("c", z), ("c_raw", raw)):
            wanted = np.corrcoef(x @ weights["left"][j], x @ weights["right"][j])[0, 1]
            assert found.pairs[0].observed[name][j] == pytest.approx(wanted, abs=1e-8)
    scores = fitted().scores.to_numpy()
    left, right = scores[SIDE == "left"], scores[SIDE == "right"]
    assert found.pairs[0].observed["mean_difference"] == pytest.approx(left.mean(axis=0) - right.mean(axis=0))
    assert found.pairs[0].observed["log_variance_ratio"] == pytest.approx(
        np.log(left.var(axis=0, ddof=1) / right.var(axis=0, ddof=1))
    )


def test_given_permutations_are_groups_with_these_labels() -> None:
    order = np.random.default_rng(4).permuted(np.tile(np.arange(250), (3, 1)), axis=1)
    found = composites.invariance(fitted(), SIDE, order).pairs[0]
    for b in range(3):
        again = composites.invariance(fitted(), SIDE[order[b]], permutations=1, seed=1).pairs[0].observed
        for name, values in again.items():
            assert found.drawn[name][b] == pytest.approx(values, abs=1e-9)


def test_seeds_and_workers() -> None:
    one, other = (composites.invariance(fitted(), SIDE, 150, seed=2, workers=w) for w in (1, 2))
    assert one.table["c_pvalue"].equals(other.table["c_pvalue"])
    assert one.pairs[0].drawn["c"] == pytest.approx(other.pairs[0].drawn["c"], abs=1e-9)


def test_groups_with_other_weights_and_other_means_are_found() -> None:
    data = {name: column.copy() for name, column in drawn(600, 9).items()}
    second = np.arange(600) >= 300
    rng = np.random.default_rng(1)
    data["fame1"][second] = rng.normal(size=300)  # no indicator of fame in the second group
    data["care1"][second] += 1.5
    data["care2"][second] += 1.5
    found = composites.invariance(composites.fit(model(), data), second, 199, seed=1)
    verdicts = dict(zip(found.table["construct"], found.table["invariance"], strict=True))
    assert (verdicts["fame"], verdicts["care"]) == ("none", "partial")
    assert found.table.set_index("construct").loc[["trust", "stay"], "c_pvalue"].min() > 0.05
    assert found.steps("raw")["invariance"].tolist()[:2] == ["none", "partial"]
    assert "permutations: 199" in repr(found)


def test_three_groups_in_pairs_and_together() -> None:
    thirds = np.arange(250) % 3
    found = composites.compare_groups(fitted(), thirds, 49, 49, seed=1)
    assert found.groups == ("0", "1", "2")
    assert list(found.distances["group_1"]) == ["0", "0", "1", "all"]
    assert found.distances["d_l"].iloc[3] == pytest.approx(found.distances["d_l"].iloc[:3].mean())
    assert len(found.differences()) == 3 * 4
    two = thirds < 2
    pair = composites.compare_groups(
        composites.fit(model(), {name: column[two] for name, column in drawn().items()}, **TIGHT),
        thirds[two],
        9,
        9,
    )
    assert pair.distances["d_l"].iloc[0] == pytest.approx(found.distances["d_l"].iloc[0], abs=1e-8)
    invariant = composites.invariance(fitted(), thirds, 19, seed=1)
    assert len(invariant.table) == 12
    with pytest.raises(NotServedError, match="two groups"):
        composites.invariance(fitted(), thirds, np.tile(np.arange(250), (2, 1)))


def test_order_of_groups_only_turns_differences() -> None:
    swapped = composites.compare_groups(fitted(), np.where(SIDE == "left", "z", "a"), 19, 19, seed=1)
    one, other = compared().differences(), swapped.differences()
    assert one["difference"].to_numpy() == pytest.approx(-other["difference"].to_numpy(), abs=1e-9)
    assert compared().distances["d_g"].iloc[0] == pytest.approx(swapped.distances["d_g"].iloc[0])


def test_columns_and_families_of_differences() -> None:
    table = compared().differences("total_effects")
    assert {"lhs", "rhs", "est_1", "difference", "permutation_pvalue", "welch_df"} <= set(table.columns)
    p_values = table.filter(like="pvalue").to_numpy()
    assert ((p_values >= 0) & (p_values <= 1)).all()
    assert (table["permutation_lower"] < table["permutation_upper"]).all()
    with pytest.raises(ModelError, match="no family"):
        compared().differences("path")
    assert "groups: left 100, right 150" in repr(compared())


def test_parametric_tests_are_t_tests_of_means_with_these_errors() -> None:
    """A bootstrap error s stands for the deviation √(n − 1)·s of n cases."""
    errors, sizes = np.array([[0.08], [0.13]]), (60, 40)
    spreads = [s * np.sqrt(n - 1) for s, n in zip(errors[:, 0], sizes, strict=True)]
    for test, equal in ((pooled_test, True), (welch_test, False)):
        t, df, p = test(np.array([0.25]), errors, sizes)
        wanted = stats.ttest_ind_from_stats(0.25, spreads[0], 60, 0.0, spreads[1], 40, equal_var=equal)
        assert t[0] == pytest.approx(wanted.statistic)
        if equal:
            assert (df[0], p[0]) == (98, pytest.approx(wanted.pvalue))
    variances = [s**2 / n for s, n in zip(spreads, sizes, strict=True)]
    satterthwaite = sum(variances) ** 2 / sum(v**2 / (n - 1) for v, n in zip(variances, sizes, strict=True))
    assert df[0] == pytest.approx(satterthwaite - 2)


def test_henselers_probability_counts_pairs_of_draws() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(0.3, 0.1, (80, 2)), rng.normal(0.2, 0.2, (60, 2))
    mirrored, against = 2 * one.mean(axis=0) - one, 2 * other.mean(axis=0) - other
    counted = 1 - (mirrored[:, None] > against[None]).mean(axis=(0, 1))
    assert henseler_pvalue(one, other) == pytest.approx(counted)
    assert henseler_pvalue(one, other) + henseler_pvalue(other, one) == pytest.approx(1.0)


def test_cases_without_a_group_are_left_out() -> None:
    labels = SIDE.astype(object).copy()
    labels[:20] = None
    labels[20:25] = np.nan
    found = composites.invariance(fitted(), labels, 9, seed=1)
    assert sum(found.sizes) == 225
    rest = composites.fit(model(), {name: column[25:] for name, column in drawn().items()}, **TIGHT)
    again = composites.invariance(rest, SIDE[25:], 9, seed=1)
    for name, values in again.pairs[0].observed.items():
        assert found.pairs[0].observed[name] == pytest.approx(values, abs=1e-8)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (np.zeros(250), "at least two groups"),
        (np.arange(250) < 2, "fewer than 3 cases: True"),
        (np.zeros(3), "3 values"),
        (np.zeros((250, 2)), "shape"),
    ],
)
def test_groups_that_are_refused(labels: np.ndarray, told: str) -> None:
    for function in (composites.invariance, composites.compare_groups):
        with pytest.raises(DataError, match=told):
            function(fitted(), labels)


def test_options_that_are_refused() -> None:
    with pytest.raises(ModelError, match="permutations=0"):
        composites.invariance(fitted(), SIDE, 0)
    with pytest.raises(ModelError, match="level=95"):
        composites.invariance(fitted(), SIDE, 9, level=95)
    with pytest.raises(ModelError, match="replications=1"):
        composites.compare_groups(fitted(), SIDE, replications=1)
    with pytest.raises(DataError, match="every case"):
        composites.invariance(fitted(), SIDE, np.zeros((2, 250), int))
    with pytest.raises(DataError, match="whole numbers"):
        composites.invariance(fitted(), SIDE, np.zeros((2, 3), int))
    with pytest.raises(ModelError, match="scores='z'"):
        composites.invariance(fitted(), SIDE, 9).steps("z")


def test_a_group_without_a_solution_is_told() -> None:
    data = {name: column.copy() for name, column in drawn().items()}
    data["fame1"][SIDE == "left"] = 1.0
    fit = composites.fit(model(), data)
    with pytest.warns(ConvergenceWarning, match="no solution in left"):
        found = composites.compare_groups(fit, SIDE, 9, 9, seed=1)
    assert found.differences()["difference"].isna().all()
    assert found.differences()["permutation_pvalue"].isna().all()
    table = composites.invariance(fit, SIDE, 9, seed=1).table
    assert table["c"].isna().any()
    assert set(table["invariance"]) <= {"", "none", "partial", "full"}


def test_groups_with_higher_order_products_gaps_and_ordinal_answers() -> None:
    higher = (
        "fame <~ fame1 + fame2 + fame3\ncare <~ care1 + care2 + care3\nview <~ fame + care\n"
        "trust <~ trust1 + trust2 + trust3\ntrust ~ view"
    )
    assert (
        composites.invariance(composites.fit(higher, drawn()), SIDE, 19, seed=1)
        .table["c"]
        .between(0.5, 1)
        .all()
    )
    gaps = {name: column.copy() for name, column in drawn().items()}
    gaps["fame1"][:30] = np.nan
    fit = composites.fit(model(), gaps, missing="pairwise")
    assert composites.invariance(fit, SIDE, 19, seed=1).table.notna().all().all()
    blocks = "f <~ fame1 + fame2; h <~ care1 + care2; g <~ trust1 + trust2; g ~ f + h + f:h"
    moderated = composites.fit(blocks, drawn())
    assert len(composites.compare_groups(moderated, SIDE, 9, 9, seed=1).differences()) == 3
    with pytest.raises(NotServedError, match="two_stage"):
        composites.invariance(composites.fit(blocks, drawn(), products="product_indicator"), SIDE)
