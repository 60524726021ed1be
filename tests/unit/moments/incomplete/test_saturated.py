"""Saturated estimates and information of incomplete data: lavaan's numbers, finite differences, hard cases."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import unvech, vech
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.moments.incomplete import saturated as saturated_module
from mlbc_stats.moments.incomplete.fiml import casewise_loglik, fiml_value_gradient
from mlbc_stats.moments.incomplete.information import saturated_gamma, saturated_information, saturated_scores
from mlbc_stats.moments.incomplete.patterns import Patterns, coverage, find_patterns
from mlbc_stats.moments.incomplete.saturated import REGULAR, saturated_moments, unbounded_somewhere
from mlbc_stats.moments.sample.incomplete import from_incomplete, sparse_pairs
from mlbc_stats.moments.sample.little_test import little_mcar
from tests.reference.corpus import HERE, load_case, read_table

#: lavaan's EM stops at a change of 1e-14 in the likelihood, its estimates are good to about eight digits.
EM = 1e-6


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    return json.loads((HERE / "expected/moments/incomplete.json").read_text(encoding="utf-8"))


def hs(names: list[str]) -> np.ndarray:
    return read_columns(read_table("data/HS_mcar12.csv"), names)


def factor_data(n: int, p: int, rate: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2)) @ rng.uniform(0.4, 0.9, (2, p)) + rng.normal(size=(n, p))
    x = x * 10.0 ** rng.uniform(-3, 3, p) + 1e3 * rng.normal(size=p)
    x[rng.random(x.shape) < rate] = np.nan
    return x[~np.isnan(x).all(1)]


def score(patterns: Patterns, theta: np.ndarray, p: int) -> np.ndarray:
    _, d_sigma, d_mu, _ = fiml_value_gradient(patterns, unvech(theta[p:]), theta[:p])
    return -0.5 * np.concatenate([d_mu, vech(2 * d_sigma - np.diag(d_sigma.diagonal()))])


def test_estimates_are_those_of_lavaan(stored: dict[str, Any]) -> None:
    x = hs(stored["names"])
    found = find_patterns(x)
    assert len(found.observed) == stored["pattern_count"]
    assert found.n.tolist() == stored["pattern_sizes"]
    np.testing.assert_allclose(coverage(found), stored["coverage"], rtol=1e-12)
    sample = from_incomplete(x, stored["names"])
    assert sample.mean is not None
    np.testing.assert_allclose(sample.mean, stored["mean"], rtol=EM)
    np.testing.assert_allclose(sample.cov, stored["cov"], rtol=EM, atol=EM)
    assert saturated_moments(found).loglik == pytest.approx(stored["loglik"], rel=1e-10)


@pytest.mark.parametrize("kind", ["observed", "expected", "first_order"])
def test_information_is_that_of_lavaan(stored: dict[str, Any], kind: str) -> None:
    x = hs(stored["five"])
    mu, sigma = np.array(stored["five_mean"]), np.array(stored["five_cov"])
    found = saturated_information(find_patterns(x), mu, sigma, kind, x)
    np.testing.assert_allclose(found, stored[kind], rtol=1e-8, atol=1e-8)


def test_casewise_loglikelihood_is_that_of_lavaan(stored: dict[str, Any]) -> None:
    x = hs(stored["five"])
    kept = ~np.isnan(x).all(1)
    found = saturated_moments(find_patterns(x[kept]))
    casewise = casewise_loglik(find_patterns(x[kept]), x[kept], found.cov, found.mean)
    assert casewise.sum() == pytest.approx(found.loglik, rel=1e-12)
    expected = np.array([np.nan if value is None else value for value in stored["casewise"]])
    np.testing.assert_allclose(casewise, expected[np.isfinite(expected)], rtol=1e-5)


@pytest.mark.parametrize(
    ("n", "p", "rate"), [(100, 6, 0.3), (80, 3, 0.5), (50, 2, 0.1), (40, 1, 0.2), (90, 5, 0.0)]
)
def test_the_gradient_vanishes_whatever_the_units(n: int, p: int, rate: float) -> None:
    found = find_patterns(factor_data(n, p, rate))
    best = saturated_moments(found)
    assert best.converged
    _, d_sigma, d_mu, _ = fiml_value_gradient(found, best.cov, best.mean)
    scale = np.sqrt(best.cov.diagonal())
    assert np.abs(d_mu * scale).max() < 1e-9
    assert np.abs(d_sigma * np.outer(scale, scale)).max() < 1e-9


def test_newton_ends_where_em_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_patterns(hs([f"x{k}" for k in range(1, 6)]))
    newton = saturated_moments(found)
    monkeypatch.setattr(saturated_module, "WARM", 10**9)
    em = saturated_moments(found)
    assert em.converged
    assert newton.iterations < em.iterations
    np.testing.assert_allclose(newton.cov, em.cov, atol=1e-8)
    np.testing.assert_allclose(newton.mean, em.mean, atol=1e-8)


def test_complete_data_give_the_sample_moments() -> None:
    x = factor_data(60, 4, 0.0)
    best = saturated_moments(find_patterns(x))
    np.testing.assert_allclose(best.mean, x.mean(0), rtol=1e-10)
    np.testing.assert_allclose(best.cov, np.cov(x.T, ddof=0), rtol=1e-9)


def test_information_is_minus_the_second_derivative() -> None:
    p, step = 4, 1e-5
    x = factor_data(70, p, 0.25, seed=2) / 10.0 ** np.linspace(-2, 2, p)
    x = (x - np.nanmean(x, 0)) / np.nanstd(x, 0)
    found = find_patterns(x)
    sigma = 0.4 * np.ones((p, p)) + np.diag([1.0, 0.8, 0.9, 1.1])
    mu = np.array([0.1, -0.2, 0.3, 0.0])
    theta = np.concatenate([mu, vech(sigma)])
    numeric = np.array(
        [
            (score(found, theta - e, p) - score(found, theta + e, p)) / (2 * step)
            for e in step * np.eye(len(theta))
        ]
    )
    np.testing.assert_allclose(saturated_information(found, mu, sigma), numeric, atol=1e-7)
    np.testing.assert_allclose(
        saturated_scores(found, x, mu, sigma).mean(0), score(found, theta, p), atol=1e-12
    )


def test_information_takes_batches() -> None:
    found = find_patterns(hs(["x1", "x2", "x3"]))
    best = saturated_moments(found)
    sigma = np.stack([best.cov, best.cov + np.eye(3)])
    mu = np.stack([best.mean, best.mean + 0.1])
    for kind in ("observed", "expected"):
        batch = saturated_information(found, mu, sigma, kind)
        for b in range(2):
            np.testing.assert_allclose(
                batch[b], saturated_information(found, mu[b], sigma[b], kind), rtol=1e-10, atol=1e-12
            )


def test_information_agrees_in_large_normal_samples() -> None:
    x = np.random.default_rng(8).multivariate_normal([0.0, 1.0], [[1.0, 0.4], [0.4, 1.5]], 100_000)
    x[np.random.default_rng(9).random(x.shape) < 0.2] = np.nan
    x = x[~np.isnan(x).all(1)]
    found = find_patterns(x)
    best = saturated_moments(found)
    expected = saturated_information(found, best.mean, best.cov, "expected")
    for kind in ("observed", "first_order"):
        np.testing.assert_allclose(
            saturated_information(found, best.mean, best.cov, kind, x), expected, atol=0.02
        )
    np.testing.assert_allclose(
        saturated_gamma(found, best.mean, best.cov, "sandwich", x),
        saturated_gamma(found, best.mean, best.cov, "observed"),
        atol=0.2,
    )


def test_variables_never_seen_together() -> None:
    x = factor_data(90, 3, 0.0, seed=5)
    x[:45, 0] = x[45:, 1] = np.nan
    found = find_patterns(x)
    best = saturated_moments(found)
    assert best.converged
    assert sparse_pairs(found, ["a", "b", "c"]) == ("a and b are observed together in 0 % of the cases",)
    with pytest.raises(DataError, match="never or hardly observed together"):
        saturated_gamma(found, best.mean, best.cov, "observed")


def test_a_likelihood_without_maximum_is_an_error() -> None:
    x = factor_data(30, 12, 0.5)
    with pytest.raises(DataError, match=r"0 of 30 cases are complete on 12 variables"):
        from_incomplete(x, [f"v{k}" for k in range(12)])


def test_empty_rows_are_dropped_and_counted() -> None:
    x = factor_data(50, 3, 0.2)
    gaps = np.insert(x, [0, 7], np.nan, axis=0)
    sample = from_incomplete(gaps, list("abc"), weights=np.ones(len(gaps)), cluster=np.arange(len(gaps)))
    assert sample.dropped == 2
    assert sample.rows is not None
    assert not {0, 8} & set(sample.rows.tolist())
    np.testing.assert_allclose(sample.cov, from_incomplete(x, list("abc")).cov, rtol=1e-9)


def test_weights_are_repeated_cases() -> None:
    x = factor_data(50, 3, 0.2)
    counts = np.random.default_rng(1).integers(1, 4, len(x))
    weighted = from_incomplete(x, list("abc"), weights=counts)
    repeated = from_incomplete(np.repeat(x, counts, axis=0), list("abc"))
    np.testing.assert_allclose(weighted.cov, repeated.cov, rtol=1e-8)


def test_a_column_without_values_is_named() -> None:
    names = [f"x{k}" for k in range(1, 10)]
    with pytest.raises(DataError, match="in group 'A': x2 has no value"):
        from_incomplete(read_columns(read_table("data/HS_allmissing.csv"), names), names, label="A")


def test_little() -> None:
    expected = load_case("s05_little_mcar")["expected"]
    found = little_mcar(hs([f"x{k}" for k in range(1, 10)]))
    assert found.chisq == pytest.approx(expected["chisq"], rel=1e-9)
    assert found.pvalue == pytest.approx(expected["p"], abs=1e-9)
    assert (found.df, found.n_patterns) == (expected["df"], expected["patterns"])
    complete = little_mcar(factor_data(30, 2, 0.0))
    assert (complete.df, complete.n_patterns) == (0, 1)
    assert np.isnan(complete.pvalue)


@pytest.mark.parametrize(
    ("p", "n", "rate"), [(64, 171, 0.15), (40, 55, 0.1), (100, 150, 0.1), (64, 320, 0.3)]
)
def test_the_way_to_a_singular_matrix_is_short(p: int, n: int, rate: float) -> None:
    """Found before any dear Newton step; what is left is regular enough to start from."""
    x = factor_data(n, p, rate, seed=2)
    found = find_patterns(x)
    assert unbounded_somewhere(found)
    got = saturated_moments(found)
    assert not got.converged and got.iterations <= saturated_module.PATIENCE_OPEN
    inverse = np.linalg.inv(got.cov)
    assert (1 / (got.cov.diagonal() * inverse.diagonal()) > 0.9 * REGULAR).all()


def test_a_local_maximum_of_an_unbounded_likelihood_is_found() -> None:
    """No case is complete, yet EM has somewhere to go."""
    found = find_patterns(factor_data(400, 40, 0.1, seed=3))
    got = saturated_moments(found)
    assert unbounded_somewhere(found) and got.converged
    slope = score(found, np.concatenate([got.mean, vech(got.cov)]), 40)
    size = np.concatenate([np.sqrt(got.cov.diagonal()), vech(np.sqrt(np.outer(*(2 * [got.cov.diagonal()]))))])
    assert np.abs(slope * size).max() < 1e-6


def test_densities_grow_without_end_along_a_hyperplane_through_the_complete_cases() -> None:
    """Three of twenty cases are complete on three variables: Σ may be singular across the plane through them."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(20, 3))
    x[np.arange(3, 20), rng.integers(0, 3, 17)] = np.nan
    found = find_patterns(x)
    assert unbounded_somewhere(found)
    centre = x[:3].mean(axis=0)
    across = np.linalg.svd(x[:3] - centre)[2][2]
    plane = np.eye(3) - np.outer(across, across)
    values = [
        float(fiml_value_gradient(found, plane + width * np.outer(across, across), centre)[0])
        for width in 10.0 ** -np.arange(4, 13)
    ]
    np.testing.assert_allclose(np.diff(values)[-3:], 3 / 20 * np.log(0.1), rtol=0.05)
    assert not unbounded_somewhere(find_patterns(rng.normal(size=(20, 3))))
