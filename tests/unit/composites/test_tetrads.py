"""Tetrads: as many as there must be, zero under one factor, the same whatever the units; what is decided of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from mlbc_stats import composites
from mlbc_stats.composites.reflectivity.together import joint_test
from mlbc_stats.composites.reflectivity.vanishing import gradients, nonredundant, tetrads_of
from mlbc_stats.errors import ModelError

EXACT = 1e-12
"""Plain formulas."""


@pytest.mark.parametrize("k", [4, 5, 6, 8, 12])
def test_there_are_as_many_as_degrees_of_freedom_and_they_imply_all_others(k):
    places = nonredundant(k)
    assert len(places) == k * (k - 3) // 2
    loadings = np.random.default_rng(1).uniform(-0.9, 0.9, size=k)
    sigma = np.outer(loadings, loadings)
    assert np.abs(tetrads_of(sigma, places)).max() < EXACT
    every = np.array(list(permutations(range(min(k, 6)), 4)))
    basis = gradients(sigma, places)
    both = np.vstack([basis, gradients(sigma, every)])
    assert np.linalg.matrix_rank(both, tol=1e-9) == np.linalg.matrix_rank(basis, tol=1e-9) == len(places)


def test_gradients_are_those_of_finite_differences():
    r = np.corrcoef(np.random.default_rng(1).normal(size=(5, 30)))
    rows, columns = np.tril_indices(5, -1)

    def tetrads_at(lower):
        sigma = np.eye(5)
        sigma[rows, columns] = sigma[columns, rows] = lower
        return tetrads_of(sigma, nonredundant(5))

    expected = approx_fprime(r[rows, columns], tetrads_at, 1e-7)
    assert gradients(r, nonredundant(5)) == pytest.approx(expected, abs=1e-6)


def _fit(x: np.ndarray, **options: object) -> composites.CompositeResult:
    data = {f"x{i}": column for i, column in enumerate(x.T)} | {"y": x.sum(axis=1)}
    data["y"] = data["y"] + np.random.default_rng(9).normal(size=len(x))
    return composites.fit(f"f <~ {' + '.join(f'x{i}' for i in range(x.shape[1]))}; y ~ f", data, **options)


def _sample(r: np.ndarray, n: int = 400) -> np.ndarray:
    return np.random.default_rng(2).normal(size=(n, len(r))) @ np.linalg.cholesky(r).T


def _patterned() -> np.ndarray:
    r = np.full((5, 5), 0.2)
    r[:2, :2] = r[2:, 2:] = 0.6
    np.fill_diagonal(r, 1.0)
    return r


def test_a_factor_is_left_standing_and_two_in_one_are_not():
    one = 0.49 + 0.51 * np.eye(5)
    kept = composites.tetrads(_fit(_sample(one)), 500, seed=1)
    assert kept.table.loc["f", "decision"] == "reflective" and kept.table.loc["f", "pvalue"] > 0.05
    assert kept.table.loc["f", "tetrads"] == kept.table.loc["f", "df"] == 5 and kept.tetrads.vanishes.all()
    gone = composites.tetrads(_fit(_sample(_patterned())), 500, seed=1)
    assert gone.table.loc["f", "decision"] == "formative" and gone.table.loc["f", "pvalue"] < 0.001
    assert gone.table.loc["f", "not_vanishing"] == (~gone.tetrads.vanishes).sum()


def test_intervals_are_adjusted_for_the_number_of_tetrads():
    found = composites.tetrads(_fit(_sample(_patterned())), 400, seed=1)
    rows, z = found.tetrads, 2.5758293  # the normal quantile of .995, five tetrads at .05
    assert (rows.ci_upper - rows.ci_lower).to_numpy() == pytest.approx(2 * z * rows.se.to_numpy(), rel=1e-6)
    middle = (rows.ci_upper + rows.ci_lower) / 2
    assert middle.to_numpy() == pytest.approx((rows.est - rows.bias).to_numpy())
    wider = replace(found, level=0.01).tetrads
    assert ((wider.ci_upper - wider.ci_lower) > (rows.ci_upper - rows.ci_lower)).all()


def test_units_do_not_matter_and_weights_count_cases():
    x = _sample(_patterned(), 150)
    places = nonredundant(5)
    assert joint_test(x * [1, 5, -2, 100, 0.1] + 7, places) == pytest.approx(joint_test(x, places))
    twice = joint_test(np.vstack([x, x]), places)
    assert twice[0] == pytest.approx(2 * joint_test(x, places)[0])
    data = {f"x{i}": column for i, column in enumerate(x.T)} | {"y": x.sum(axis=1), "w": np.ones(150)}
    text = "f <~ x0 + x1 + x2 + x3 + x4; y ~ f"
    plain = composites.tetrads(composites.fit(text, data, weights="unit"), 50, seed=1)
    weighted = composites.fit(text, data, weights="unit", sampling_weights="w")
    assert composites.tetrads(weighted, 50, seed=1).tetrads.est.to_numpy() == pytest.approx(plain.tetrads.est)


def test_the_joint_test_agrees_with_the_jackknife():
    """The covariance of tetrads from leaving out one case at a time, which knows no gradient."""
    x, places = _sample(_patterned(), 1000), nonredundant(5)
    tau = tetrads_of(np.cov(x.T), places)
    left = np.array([tetrads_of(np.cov(np.delete(x, i, 0).T), places) for i in range(1000)])
    spread = (left - left.mean(axis=0)).T @ (left - left.mean(axis=0))
    assert joint_test(x, places)[0] == pytest.approx(tau @ np.linalg.solve(spread, tau), rel=0.02)


def test_constructs_of_three_borrow_and_the_rest_is_told():
    x = _sample(0.49 + 0.51 * np.eye(4))
    data = {f"x{i}": column for i, column in enumerate(x.T[:3])} | {"y": x[:, 3], "z": x[:, 3] ** 2}
    fit = composites.fit("f <~ x0 + x1 + x2; g <~ y + z; g ~ f", data)
    with pytest.raises(ModelError, match="no construct has 4 to"):
        composites.tetrads(fit)
    found = composites.tetrads(fit, 300, seed=1, borrowed={"f": "y"})
    assert found.table.loc["f", "tetrads"] == 2 and found.untested == ("g",)
    for borrowed, told in (
        ({"f": "x1"}, "no indicator of"),
        ({"g": "x1"}, "has 2 indicators"),
        ({"h": "y"}, "h is"),
    ):
        with pytest.raises(ModelError, match=told):
            composites.tetrads(fit, borrowed=borrowed)
    five = _fit(_sample(_patterned()))
    for options, told in (({"interval": "bca"}, "not known here"), ({"level": 5}, "expected an error rate")):
        with pytest.raises(ModelError, match=told):
            composites.tetrads(five, **options)


def test_ordinal_answers_have_no_joint_test():
    x = np.digitize(_sample(_patterned()), [-0.5, 0.5])
    found = composites.tetrads(_fit(x, ordered=[f"x{i}" for i in range(5)]), 20, seed=1)
    assert np.isnan(found.table.loc["f", "pvalue"]) and np.isfinite(found.tetrads.se).all()
