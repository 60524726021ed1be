"""Mokken scaling and differential functioning: meanings, levels of the tests, and what degenerate answers meet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import irt
from mlbc_stats.errors import DataError, DataWarning, NotServedError
from mlbc_stats.irt.functioning.ordinal_logit import ordinal_logit
from mlbc_stats.irt.scalability.coefficients import coefficients, parts, z_values
from mlbc_stats.irt.scalability.guttman_errors import guttman_errors


def answers(
    n: int = 400, p: int = 5, top: int = 3, seed: int = 1, slope: float = 1.5, shift: float = 0.0
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(n, 1)) + shift
    cuts = np.linspace(-1.5, 1.5, p)[:, None] + np.linspace(-1, 1, top) * (top > 1)
    return ((slope * theta + rng.logistic(size=(n, p)))[:, :, None] > slope * cuts).sum(2).astype(float)


def frame(x: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(x, columns=[f"x{j}" for j in range(x.shape[1])])


def test_h_is_covariance_over_its_maximum() -> None:
    x = answers()
    found = coefficients(parts(x))
    for i, j in ((0, 1), (2, 4)):
        most = np.cov(np.sort(x[:, i]), np.sort(x[:, j]))[0, 1]
        assert found.pairs[i, j] == pytest.approx(np.cov(x[:, i], x[:, j])[0, 1] / most, abs=1e-12)
    perfect = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]], dtype=float)
    assert coefficients(parts(perfect)).scale == pytest.approx(1.0)
    assert guttman_errors(perfect).tolist() == [0.0] * 4


def test_errors_of_h_are_those_of_resamples() -> None:
    x, rng = answers(300), np.random.default_rng(2)
    found = coefficients(parts(x))
    draws = [coefficients(parts(x[rng.integers(0, 300, 300)])) for _ in range(300)]
    assert found.scale_se == pytest.approx(np.std([d.scale for d in draws]), rel=0.12)
    assert found.items_se == pytest.approx(np.std([d.items for d in draws], axis=0), rel=0.2)


def test_unrelated_items_have_no_h_and_no_scale() -> None:
    rng = np.random.default_rng(3)
    z = [z_values(rng.integers(0, 3, (200, 4)).astype(float))[2] for _ in range(300)]
    assert np.std(z) == pytest.approx(1.0, abs=0.12)
    with pytest.warns(DataWarning, match="negative H"):
        found = irt.mokken(frame(np.column_stack([answers(300, 3), -answers(300, 1, seed=9)])))
    assert found.scale[-1] == 0


def test_two_dimensions_are_two_scales() -> None:
    data = frame(np.column_stack([answers(600, 4, slope=2.5), answers(600, 4, seed=2, slope=2.5)]))
    assert irt.mokken(data, lower_bound=0.3).scale.tolist() in ([1] * 4 + [2] * 4, [2] * 4 + [1] * 4)


def test_units_share_what_their_informants_share() -> None:
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(150), 4)
    theta = rng.normal(size=150)[unit] + rng.normal(size=600)
    x = (1.5 * theta[:, None] + rng.logistic(size=(600, 5)) > np.linspace(-1, 1, 5)) * 1.0
    found = irt.mokken(frame(x).assign(unit=unit), unit="unit").two_level
    assert found.units == 150 and found.scale[0] == pytest.approx(coefficients(parts(x)).scale, abs=1e-12)
    assert found.scale[2] == pytest.approx(0.5, abs=3 * found.scale_se[2])
    alone = frame(x).assign(unit=np.arange(600))
    with pytest.raises(DataError, match="one informant"):
        irt.mokken(alone, unit="unit")
    with pytest.raises(DataError, match="have no unit"):
        irt.mokken(frame(x).assign(unit=[None, *unit[1:].tolist()]), unit="unit")


def test_reliability_is_that_of_two_administrations() -> None:
    rng = np.random.default_rng(5)
    theta = rng.normal(size=(3000, 1))
    cuts = np.linspace(-1.5, 1.5, 8)
    one, two = ((1.5 * theta + rng.logistic(size=(3000, 8)) > 1.5 * cuts) * 1.0 for _ in range(2))
    assert irt.mokken(frame(one)).reliability == pytest.approx(
        np.corrcoef(one.sum(1), two.sum(1))[0, 1], abs=0.03
    )


def test_monotone_items_pass_and_a_peaked_item_does_not() -> None:
    x = answers(1000, 6, 1)
    found = irt.monotonicity(frame(x))
    assert found.significant.sum() == 0
    peaked = (np.abs(x.sum(1) - 3) < 1.5) * 1.0
    worse = irt.monotonicity(frame(np.column_stack([x, peaked])))
    assert worse.significant.iloc[-1] > 0 and worse.crit.iloc[-1] > 80


def test_items_that_cross_are_told() -> None:
    rng = np.random.default_rng(6)
    theta = rng.normal(size=(1500, 1))
    slopes, cuts = np.array([0.3, 3.0, 1.0, 1.0]), np.array([0.0, 0.1, -1.5, 1.5])
    x = (slopes * (theta - cuts) + rng.logistic(size=(1500, 4)) > 0) * 1.0
    found = irt.item_order(frame(x))
    assert set(found.table.item[found.table.significant > 0]) >= {"x0", "x1"}
    assert len(found.kept) == 3 and {"x2", "x3"} < set(found.kept)
    assert -1 < found.h_transposed <= 1


def test_reproducibility_counts_what_scores_do_not_imply() -> None:
    found = irt.reproducibility({"a": [1, 1, 1, 0], "b": [1, 1, 0, 0], "c": [0, 1, 0, 1]})
    assert found.coefficient == pytest.approx(1 - 2 / 12)
    assert found.scalability == pytest.approx((found.coefficient - found.minimum) / (1 - found.minimum))


def test_proportional_odds_slopes_vanish_at_the_estimate() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(300, 2))
    y = np.digitize(x @ [0.8, -0.4] + rng.logistic(size=300), [-1, 0.5])
    found = ordinal_logit(y, x)
    eta, step = x @ found.slopes, 1e-5

    def loglik(beta: np.ndarray) -> float:
        bound = np.concatenate([[np.inf], found.thresholds, [-np.inf]])
        line = x @ beta
        p = 1 / (1 + np.exp(-(bound[y] + line))) - 1 / (1 + np.exp(-(bound[y + 1] + line)))
        return float(np.log(p).sum())

    assert loglik(found.slopes) == pytest.approx(found.loglik, abs=1e-8) and eta.shape == (300,)
    for k in range(2):
        move = step * np.eye(2)[k]
        slope = (loglik(found.slopes + move) - loglik(found.slopes - move)) / (2 * step)
        assert slope == pytest.approx(0, abs=1e-4)
    assert np.abs(found.slopes - [0.8, -0.4]).max() < 3.5 * found.se.max()


def grouped(seed: int, n: int = 500, harder: float = 0.0, shift: float = 0.5, top: int = 1) -> pd.DataFrame:
    """Two groups that differ in level; the first item is harder for the second one."""
    first, second = answers(n, 6, top, seed), answers(n, 6, top, seed + 1000, shift=shift)
    if harder:
        rng = np.random.default_rng(seed)
        second[:, 0] = np.maximum(second[:, 0] - (rng.random(n) < harder), 0)
    return frame(np.vstack([first, second])).assign(g=np.repeat([0, 1], n))


@pytest.mark.parametrize("method", irt.functioning.differential.METHODS)
@pytest.mark.parametrize("top", [1, 2])
def test_an_item_that_is_harder_for_one_group_is_found(method: str, top: int) -> None:
    data = grouped(3, 800, 0.35, top=top)
    found = irt.dif(data, "g", method=method, purify=True)
    assert found.flagged[0] == "x0" and len(found.flagged) < 3
    if method != "likelihood_ratio":
        assert "x0" not in found.anchors


@pytest.mark.parametrize("method", irt.functioning.differential.METHODS)
def test_groups_that_differ_in_level_alone_are_not_told_apart(method: str) -> None:
    column = {"logistic": "p_total"}.get(method, "pvalue")
    p = [irt.dif(grouped(seed, 250), "g", method=method).table[column] for seed in range(100, 115)]
    assert np.mean(np.array(p) < 0.05) < 0.12


def test_three_groups_have_two_contrasts() -> None:
    data = pd.concat([grouped(1, 200), grouped(2, 200).assign(g=2)], ignore_index=True)
    found = irt.dif(data, "g")
    assert found.levels == ("0", "1", "2") and (found.table.df == 2).all() and "group_2" in found.table
    assert (irt.dif(data, "g", method="likelihood_ratio").table.df == 4).all()
    with pytest.raises(DataError, match="two groups"):
        irt.dif(data, "g", method="mantel_haenszel")


def test_degenerate_answers_get_a_message() -> None:
    data = frame(answers(60, 4, 2))
    with pytest.raises(DataError, match="constant"):
        irt.mokken(data.assign(x1=1.0))
    with pytest.raises(DataError, match="whole scores"):
        irt.mokken(data.assign(x1=data.x1 + 0.5))
    with pytest.raises(DataError, match="2 items or more"):
        irt.mokken(data[["x0"]])
    with pytest.raises(DataError, match="x3: 0, expected 3 or more"):
        irt.mokken(data.assign(x1=np.nan))
    with pytest.warns(DataWarning, match="1 of 60 rows left out"):
        irt.mokken(pd.concat([data.iloc[1:], data.iloc[:1].assign(x1=np.nan)]))
    with pytest.raises(DataError, match="has 1 group"):
        irt.dif(data.assign(g=1), "g")
    with pytest.raises(DataError, match="ten complete cases"):
        irt.dif(data.assign(g=[0] * 55 + [1] * 5), "g")
    with pytest.raises(NotServedError, match="logistic"):
        irt.dif(data.assign(g=[0, 1] * 30), "g", method="wald")
    with pytest.raises(NotServedError, match="graded"):
        irt.dif(data.assign(g=[0, 1] * 30), "g", method="likelihood_ratio", model="rasch")


def test_identical_items_and_few_cases_end_without_foreign_errors() -> None:
    same = frame(np.repeat(answers(40, 1, 1), 3, axis=1))
    found = irt.mokken(same)
    assert found.h.scale == pytest.approx(1.0)
    assert irt.monotonicity(same).shape[0] == 3
    few = pd.DataFrame({"a": [0, 1, 1, 0], "b": [0, 1, 0, 1], "c": [1, 1, 0, 0]})
    for table in (same, few):
        irt.item_order(table)
        irt.reproducibility(table)
    with pytest.warns(DataWarning, match="no sure test"):
        irt.dif(same.assign(g=[0, 1] * 20), "g")


def test_a_bound_that_no_coefficient_reaches_is_refused():
    answers = {"a": [0, 1, 1, 1] * 30, "b": [0, 0, 1, 1] * 30, "c": [0, 0, 0, 1] * 30}
    with pytest.raises(DataError, match="lower_bound=7"):
        irt.mokken(answers, lower_bound=7)
