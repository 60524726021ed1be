"""Sample moments against NumPy and R: divisors, weights, resamples, groups, covariance input."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.moments.sample import from_cov, from_raw, resample, split_groups
from mlbc_stats.moments.weights import bootstrap_weights, jackknife_weights, normalize_weights

RNG = np.random.default_rng(5)
X = RNG.normal(size=(40, 3)) * [1.0, 10.0, 0.1] + [0.0, 1e4, 5.0]
NAMES = ["a", "b", "c"]


@pytest.mark.parametrize(("likelihood", "divisor", "ddof"), [("normal", "n", 0), ("wishart", "n-1", 1)])
def test_divisors(likelihood: str, divisor: str, ddof: int) -> None:
    sample = from_raw(X, NAMES, likelihood=likelihood)
    assert sample.divisor == divisor
    assert sample.n == sample.n_original == sample.total_weight == 40
    np.testing.assert_allclose(sample.cov, np.cov(X.T, ddof=ddof), rtol=1e-12)
    np.testing.assert_allclose(sample.mean, X.mean(0), rtol=1e-13)
    np.testing.assert_array_equal(sample.cov, sample.cov.T)


def test_rows_with_missing_values_are_dropped_and_counted() -> None:
    x = X.copy()
    x[[3, 17], [0, 2]] = np.nan
    sample = from_raw(x, NAMES, weights=np.arange(40.0), cluster=np.arange(40) // 4, rows=np.arange(100, 140))
    kept = [k for k in range(40) if k not in (3, 17)]
    assert sample.n == 38
    assert sample.dropped == 2
    assert sample.rows is not None
    assert sample.rows.tolist() == [100 + k for k in kept]
    assert sample.cluster is not None
    assert sample.cluster.tolist() == [k // 4 for k in kept]
    np.testing.assert_array_equal(sample.raw, X[kept])


def test_whole_weights_repeat_cases() -> None:
    counts = RNG.integers(0, 4, 40)
    repeated = from_raw(np.repeat(X, counts, axis=0), NAMES)
    weighted = from_raw(X, NAMES, weights=counts)
    np.testing.assert_allclose(weighted.cov, repeated.cov, rtol=1e-10)
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=1e-12)
    assert weighted.weights is not None
    assert weighted.weights.sum() == pytest.approx(40)


def test_weights_of_several_groups_share_one_scale() -> None:
    weights = normalize_weights(RNG.uniform(0.5, 2.0, 40))
    parts = [
        from_raw(X[k], NAMES, weights=weights[k], normalize=False) for k in (slice(0, 15), slice(15, 40))
    ]
    assert sum(part.total_weight for part in parts) == pytest.approx(40)
    alone = from_raw(X[:15], NAMES, weights=weights[:15])
    np.testing.assert_allclose(parts[0].cov, alone.cov, rtol=1e-12)


@pytest.mark.parametrize("likelihood", ["normal", "wishart"])
def test_resamples_are_the_moments_of_the_drawn_cases(likelihood: str) -> None:
    weights = bootstrap_weights(np.random.default_rng(1), 40, 6)
    moments = resample(X, weights, likelihood, NAMES)
    for b in range(6):
        drawn = from_raw(np.repeat(X, weights[b].astype(int), axis=0), NAMES, likelihood=likelihood)
        np.testing.assert_allclose(moments.cov[b], drawn.cov, rtol=1e-9)
        np.testing.assert_allclose(moments.mean[b], drawn.mean, rtol=1e-12)
    assert moments.n.tolist() == [40.0] * 6


def test_clusters_are_drawn_whole() -> None:
    cluster = np.repeat(np.arange(8), 5)
    weights = bootstrap_weights(np.random.default_rng(2), 40, 30, cluster)
    assert (weights.reshape(30, 8, 5) == weights.reshape(30, 8, 5)[:, :, :1]).all()
    assert (weights[:, ::5].sum(1) == 8).all()
    left = jackknife_weights(40, cluster)
    assert left.shape == (8, 40)
    assert (left.sum(1) == 35).all()


@pytest.mark.parametrize(
    ("divisor", "likelihood", "factor"),
    [("n-1", "normal", 0.9), ("n-1", "wishart", 1.0), ("n", "normal", 1.0), ("n", "wishart", 10 / 9)],
)
def test_a_covariance_matrix_is_rescaled(divisor: str, likelihood: str, factor: float) -> None:
    cov = np.cov(X.T)
    sample = from_cov(cov, NAMES, 10, divisor=divisor, likelihood=likelihood)
    np.testing.assert_allclose(sample.cov, cov * factor, rtol=1e-14)
    assert sample.mean is None
    assert sample.dropped == 0


def test_groups_split_by_code() -> None:
    parts = split_groups(np.array([1, 0, -1, 1]), ["b", "a"])
    assert [part.tolist() for part in parts] == [[1], [0, 3]]
    with pytest.raises(DataError, match="no rows in group c"):
        split_groups(np.array([0, 1]), ["a", "b", "c"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_raw(np.zeros((0, 1)), ["a"]), "no rows"),
        (lambda: from_raw(np.full((3, 1), np.nan), ["a"]), "no complete row: each of the 3 rows misses"),
        (lambda: from_raw(X, NAMES, weights=-np.ones(40)), "row 1 has -1.0"),
        (lambda: from_raw(X, NAMES, weights=np.full(40, np.nan)), "must be finite"),
        (lambda: from_raw(X, NAMES, weights=np.zeros(40)), "every sampling weight is zero"),
        (lambda: from_raw(X, NAMES, likelihood="gamma"), "likelihood 'gamma' is unknown"),
        (lambda: from_cov(np.eye(2), NAMES, 10), r"2 x 2; expected 3 x 3 \(a, b, c\)"),
        (lambda: from_cov(np.eye(3), NAMES, 1), "number of cases is 1"),
        (lambda: from_cov(np.eye(3), NAMES, 9, mean=np.zeros(2)), "2 means for 3 variables"),
        (lambda: from_cov([[1, 0.5], [0.2, 1]], ["a", "b"], 9), r"\[a, b\] is 0.5 but \[b, a\] is 0.2"),
        (lambda: from_cov([[np.nan]], ["a"], 9), "missing or infinite"),
    ],
)
def test_bad_input(call: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        call()  # type: ignore[operator]
