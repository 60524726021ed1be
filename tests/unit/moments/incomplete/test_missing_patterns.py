"""Patterns and the likelihood of incomplete data: against plain loops, finite differences and complete data."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import unvech, vech
from mlbc_stats.moments.incomplete import patterns as patterns_module
from mlbc_stats.moments.incomplete.fiml import casewise_loglik, fiml_value_gradient, pattern_inverses
from mlbc_stats.moments.incomplete.patterns import coverage, find_patterns, pieces, resample_patterns
from mlbc_stats.moments.incomplete.saturated import loglik
from mlbc_stats.moments.weights import bootstrap_weights


def incomplete(n: int = 60, p: int = 4, rate: float = 0.25, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1)) + np.arange(p)
    x[rng.random(x.shape) < rate] = np.nan
    return x[~np.isnan(x).all(1)]


X = incomplete()
SIGMA = 0.8 * np.ones((4, 4)) + np.diag([1.0, 1.2, 0.9, 1.1])
MU = np.array([0.2, 0.8, 2.1, 3.0])


def plain_loglik(x: np.ndarray, sigma: np.ndarray, mu: np.ndarray) -> np.ndarray:
    out = []
    for row in x:
        seen = ~np.isnan(row)
        d, block = row[seen] - mu[seen], sigma[np.ix_(seen, seen)]
        out.append(
            -0.5
            * (seen.sum() * np.log(2 * np.pi) + np.linalg.slogdet(block)[1] + d @ np.linalg.solve(block, d))
        )
    return np.array(out)


def test_patterns_hold_the_moments_of_their_cases() -> None:
    found = find_patterns(X)
    assert (np.diff(found.n) <= 0).all()
    assert found.total == len(X)
    for k, seen in enumerate(found.observed):
        cases = X[found.case == k]
        assert (np.isnan(cases) == ~seen).all()
        np.testing.assert_allclose(found.mean[k][seen], cases[:, seen].mean(0))
        assert (found.mean[k][~seen] == 0).all()
        if k < len(found.cov):
            np.testing.assert_allclose(found.cov[k][np.ix_(seen, seen)], np.cov(cases[:, seen].T, ddof=0))
            assert (found.cov[k][~found.pairs[k]] == 0).all()
        else:
            assert found.n[k] == 1


def test_many_columns() -> None:
    x = np.random.default_rng(1).normal(size=(30, 70))
    x[::3, 66] = np.nan
    x[5, 2] = np.nan
    assert find_patterns(x).n.tolist() == [19.0, 10.0, 1.0]


def test_a_row_without_values_is_refused() -> None:
    with pytest.raises(DataError, match="row 2 holds no value"):
        find_patterns(np.array([[1.0, 2.0], [np.nan, np.nan]]))


def test_coverage() -> None:
    seen = (~np.isnan(X)).astype(float)
    np.testing.assert_allclose(coverage(find_patterns(X)), seen.T @ seen / len(X))


def test_resampled_patterns_are_those_of_the_drawn_cases() -> None:
    found = find_patterns(X)
    weights = bootstrap_weights(np.random.default_rng(4), len(X), 5)
    many = resample_patterns(X, found, weights)
    assert (many.n == 0).any()
    value = fiml_value_gradient(many, SIGMA, MU)[0]
    for b in range(5):
        drawn = find_patterns(np.repeat(X, weights[b].astype(int), axis=0))
        np.testing.assert_allclose(value[b], fiml_value_gradient(drawn, SIGMA, MU)[0], rtol=1e-12)


def test_weights_are_repeated_cases() -> None:
    counts = np.random.default_rng(2).integers(1, 4, len(X))
    weighted = fiml_value_gradient(find_patterns(X, counts), SIGMA, MU)
    repeated = fiml_value_gradient(find_patterns(np.repeat(X, counts, axis=0)), SIGMA, MU)
    for one, other in zip(weighted, repeated, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_loglikelihood() -> None:
    found = find_patterns(X)
    casewise = casewise_loglik(found, X, SIGMA, MU)
    np.testing.assert_allclose(casewise, plain_loglik(X, SIGMA, MU), rtol=1e-12)
    value = fiml_value_gradient(found, SIGMA, MU)[0]
    np.testing.assert_allclose(loglik(found, value), casewise.sum(), rtol=1e-13)


def test_gradient() -> None:
    found = find_patterns(X)
    step = 1e-5

    def at(theta: np.ndarray) -> float:
        return float(fiml_value_gradient(found, unvech(theta[4:]), theta[:4])[0])

    theta = np.concatenate([MU, vech(SIGMA)])
    numeric = np.array([(at(theta + e) - at(theta - e)) / (2 * step) for e in step * np.eye(len(theta))])
    _, d_sigma, d_mu, _ = fiml_value_gradient(found, SIGMA, MU)
    analytic = np.concatenate([d_mu, vech(2 * d_sigma - np.diag(d_sigma.diagonal()))])
    np.testing.assert_allclose(analytic, numeric, atol=1e-8)


def test_complete_data_give_the_normal_discrepancy() -> None:
    x = incomplete(rate=0.0)
    cov, mean = np.cov(x.T, ddof=0), x.mean(0)
    weight = np.linalg.inv(SIGMA)
    d = mean - MU
    expected = np.linalg.slogdet(SIGMA)[1] + np.trace(weight @ cov) + d @ weight @ d
    value, d_sigma, d_mu, _ = fiml_value_gradient(find_patterns(x), SIGMA, MU)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(d_mu, -2 * weight @ d, rtol=1e-10)
    np.testing.assert_allclose(d_sigma, weight - weight @ (cov + np.outer(d, d)) @ weight, atol=1e-12)


def test_batches_and_a_bad_matrix_among_them() -> None:
    found = find_patterns(X)
    sigma = SIGMA + np.linspace(0, 1, 6)[:, None, None] * np.eye(4)
    sigma[3, 1, 1] = -1.0
    mu = MU + np.zeros((6, 4))
    value, d_sigma, d_mu, ok = fiml_value_gradient(found, sigma, mu)
    assert ok.tolist() == [True] * 3 + [False] + [True] * 2
    assert np.isposinf(value[3])
    assert not d_sigma[3].any()
    assert not d_mu[3].any()
    single = fiml_value_gradient(found, sigma[5], mu[5])
    np.testing.assert_allclose(value[5], single[0], rtol=1e-13)
    np.testing.assert_allclose(d_sigma[5], single[1], rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(d_mu[5], single[2], rtol=1e-10, atol=1e-13)


def test_pieces_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_patterns(X)
    whole = fiml_value_gradient(found, SIGMA, MU)
    monkeypatch.setattr(patterns_module, "BATCH", 48)
    assert len(list(pieces(found))) > 3
    for one, other in zip(whole, fiml_value_gradient(found, SIGMA, MU), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-13)


def test_inverses_are_padded_with_zeros() -> None:
    found = find_patterns(X)
    inverse, logdet, ok = pattern_inverses(found, SIGMA)
    assert ok.all()
    for k, seen in enumerate(found.observed):
        block = SIGMA[np.ix_(seen, seen)]
        np.testing.assert_allclose(inverse[k][np.ix_(seen, seen)], np.linalg.inv(block), rtol=1e-10)
        np.testing.assert_allclose(logdet[k], np.linalg.slogdet(block)[1], atol=1e-12)
        assert not inverse[k][~found.pairs[k]].any()
