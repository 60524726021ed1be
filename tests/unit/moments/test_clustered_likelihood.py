"""The likelihood of rows in clusters against the joint normal density of each cluster, written out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.two_level.cells import gather_cells
from mlbc_stats.moments.two_level.clusters import gather_clusters
from mlbc_stats.moments.two_level.complete import CompleteClusters
from mlbc_stats.moments.two_level.incomplete import IncompleteClusters
from mlbc_stats.moments.two_level.layout import layout_of
from mlbc_stats.moments.two_level.predictions import predict_parts
from mlbc_stats.moments.two_level.unrestricted import (
    definite_between,
    first_moments,
    free_moments,
    unrestricted_moments,
)

# x has no part between clusters, w none within; the order between differs from that within
LAYOUT = layout_of(["a", "b", "c", "x"], ["c", "a", "b", "w"])
CLUSTERS = 12


@dataclass(frozen=True)
class Rows:
    values: np.ndarray  # (n, 5): a, b, c, x, w
    cluster: np.ndarray


def make_rows(gaps: bool, count: int = CLUSTERS) -> Rows:
    rng = np.random.default_rng(1)
    cluster = rng.permutation(np.repeat(np.arange(count), rng.integers(2, 6, count)))
    v = rng.normal(size=(count, 3))
    values = np.hstack(
        [v[cluster] + rng.normal(size=(len(cluster), 3)) + 2, rng.normal(size=(len(cluster), 1))]
    )
    w = v[:, :1] + rng.normal(size=(count, 1))
    if gaps:
        values[rng.random(values.shape) < 0.25] = np.nan
        values[cluster == 3, 1] = np.nan  # one cluster answers nothing about b
        w[5] = np.nan
        kept = ~np.isnan(values).all(axis=1)
        values, cluster = values[kept], cluster[kept]
    return Rows(np.hstack([values, w[cluster]]), cluster)


def clustered(rows: Rows) -> CompleteClusters | IncompleteClusters:
    if np.isnan(rows.values).any():
        return IncompleteClusters(gather_cells(rows.values[:, :4], rows.values[:, 4:], rows.cluster, LAYOUT))
    return CompleteClusters(gather_clusters(rows.values[:, :4], rows.values[:, 4:], rows.cluster, LAYOUT))


def some_moments() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    sigma = np.zeros((8, 8))
    for part in (slice(None, 4), slice(4, None)):
        root = rng.normal(size=(4, 7))
        sigma[part, part] = root @ root.T / 4
    return sigma, 0.3 * rng.normal(size=8) + 1


def joint(
    rows: Rows, cluster: int, sigma: np.ndarray, mu: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, means and covariances of all numbers of a cluster, w last."""
    y = rows.values[rows.cluster == cluster]
    place = {"a": 5, "b": 6, "c": 4}  # of the parts between, in the moments of both levels
    keys = [(i, k) for i in range(len(y)) for k in range(4)]
    mean, cov = np.zeros(len(keys) + 1), np.zeros((len(keys) + 1, len(keys) + 1))
    for s, (i, k) in enumerate(keys):
        here = place.get("abcx"[k])
        mean[s] = mu[k] + (0 if here is None else mu[here])
        for t, (j, m) in enumerate(keys):
            there = place.get("abcx"[m])
            cov[s, t] = sigma[k, m] * (i == j)
            cov[s, t] += 0 if here is None or there is None else sigma[here, there]
        cov[s, -1] = cov[-1, s] = 0 if here is None else sigma[here, 7]
    cov[-1, -1], mean[-1] = sigma[7, 7], mu[7]
    return np.append(y[:, :4].ravel(), y[0, 4]), mean, cov


def written_out(rows: Rows, sigma: np.ndarray, mu: np.ndarray) -> float:
    total = 0.0
    for cluster in range(CLUSTERS):
        values, mean, cov = joint(rows, cluster, sigma, mu)
        seen = ~np.isnan(values)
        gap, own = (values - mean)[seen], cov[np.ix_(seen, seen)]
        total += np.linalg.slogdet(own)[1] + gap @ np.linalg.solve(own, gap)
    return float(total / len(rows.cluster))


def unpacked(point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    i, j = vech_indices(8)
    sigma = np.zeros((8, 8))
    sigma[i, j] = sigma[j, i] = point[8:]
    return sigma, point[:8]


def gradient(data: CompleteClusters | IncompleteClusters, point: np.ndarray) -> np.ndarray:
    i, j = vech_indices(8)
    got = data.likely(*unpacked(point), True)
    return np.concatenate([got.mean_slope, got.slope[i, j] * np.where(i == j, 1, 2)])


@pytest.fixture(params=[False, True], ids=["complete", "incomplete"])
def rows(request: pytest.FixtureRequest) -> Rows:
    return make_rows(request.param)


def test_the_likelihood_is_that_of_the_joint_density(rows: Rows) -> None:
    sigma, mu = some_moments()
    got = clustered(rows).likely(sigma, mu, False)
    assert bool(got.ok) and float(got.value) == pytest.approx(written_out(rows, sigma, mu), rel=1e-12)


def test_slopes_and_information_agree_with_differences(rows: Rows) -> None:
    data, (sigma, mu) = clustered(rows), some_moments()
    i, j = vech_indices(8)
    point = np.concatenate([mu, sigma[i, j]])
    free = np.concatenate([np.arange(8), 8 + np.flatnonzero((i < 4) == (j < 4))])
    unit = np.eye(len(point))[:, free]
    numbers, bends = [], []
    for column in unit.T:
        ends = [point + step * column for step in (1e-5, -1e-5)]
        values = [float(data.likely(*unpacked(end), False).value) for end in ends]
        numbers.append((values[0] - values[1]) / 2e-5)
        bends.append((gradient(data, ends[0]) - gradient(data, ends[1]))[free] / 2e-5)
    np.testing.assert_allclose(gradient(data, point)[free], numbers, atol=1e-8)
    got = data.likely(sigma, mu, True).pairing(unit)
    np.testing.assert_allclose(got, np.array(bends) / 2, atol=2e-6)


def test_the_expected_information_is_the_mean_of_the_observed_one() -> None:
    sigma, mu = some_moments()
    mu[:3] = 0.0
    places = free_moments(LAYOUT)
    unit = np.zeros((44, len(places)))
    unit[places, np.arange(len(places))] = 1.0
    rng, rows = np.random.default_rng(3), make_rows(False)
    draws = []
    for _ in range(300):
        values = rows.values.copy()
        for cluster in range(CLUSTERS):
            own = rows.cluster == cluster
            _, mean, cov = joint(rows, cluster, sigma, mu)
            drawn = rng.multivariate_normal(mean, cov, method="cholesky")
            values[own, :4], values[own, 4] = drawn[:-1].reshape(-1, 4), drawn[-1]
        data = clustered(Rows(values, rows.cluster))
        draws.append(data.likely(sigma, mu, True).pairing(unit))
    expected = data.likely(sigma, mu, False).pairing(unit)
    error = np.std(draws, axis=0) / np.sqrt(len(draws))
    assert np.mean(np.abs(np.mean(draws, axis=0) - expected) < 3 * error + 1e-9) > 0.97


def test_scores_sum_to_the_slopes(rows: Rows) -> None:
    data, (sigma, mu) = clustered(rows), some_moments()
    i, j = vech_indices(8)
    point = np.concatenate([mu, sigma[i, j]])
    summed = -2 * data.scores(sigma, mu).sum(axis=0) / len(rows.cluster)
    inside = np.concatenate([np.ones(8, dtype=bool), (i < 4) == (j < 4)])
    np.testing.assert_allclose(summed[inside], gradient(data, point)[inside], atol=1e-12)


def test_weights_count_clusters(rows: Rows) -> None:
    data, (sigma, mu) = clustered(rows), some_moments()
    weights = np.ones((2, CLUSTERS))
    weights[1, :3] = [2, 0, 1]
    again = np.concatenate([np.flatnonzero(rows.cluster != 1), np.flatnonzero(rows.cluster == 0)])
    cluster = rows.cluster[again].copy()
    cluster[-np.sum(rows.cluster == 0) :] = 1  # the second copy of cluster 0 in the place of cluster 1
    other = clustered(Rows(rows.values[again], cluster))
    got = data.reweighted(weights).likely(np.stack([sigma] * 2), np.stack([mu] * 2), False).value
    expected = [data.likely(sigma, mu, False).value, other.likely(sigma, mu, False).value]
    np.testing.assert_allclose(got, np.array(expected, dtype=float), rtol=1e-10)


def test_the_order_of_rows_and_clusters_does_not_matter(rows: Rows) -> None:
    sigma, mu = some_moments()
    turn = np.random.default_rng(4).permutation(len(rows.cluster))
    other = Rows(rows.values[turn], (CLUSTERS - 1 - rows.cluster)[turn])
    values = [float(clustered(each).likely(sigma, mu, False).value) for each in (rows, other)]
    assert values[0] == pytest.approx(values[1], rel=1e-13)


@pytest.mark.parametrize("gaps", [False, True])
def test_the_unrestricted_maximum_has_no_slope(gaps: bool) -> None:
    rows = make_rows(gaps, 60)
    data = clustered(rows)
    start = first_moments(gather_clusters(*filled(rows), rows.cluster, LAYOUT))
    found = unrestricted_moments(data.likely, LAYOUT, start)
    i, j = vech_indices(8)
    slope = gradient(data, np.concatenate([found.mu, found.sigma[i, j]]))
    assert found.converged
    np.testing.assert_allclose(slope[free_moments(LAYOUT)], 0, atol=1e-6)


def filled(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    values = np.where(np.isnan(rows.values), np.nanmean(rows.values, axis=0), rows.values)
    return values[:, :4], values[:, 4:]


def test_equal_clusters_have_moments_in_closed_form() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(30), 4)
    y = rng.normal(size=(30, 2))[cluster] + rng.normal(size=(120, 2))
    layout = layout_of(["a", "b"], ["a", "b"])
    sums = gather_clusters(y, np.zeros((120, 0)), cluster, layout)
    found = unrestricted_moments(CompleteClusters(sums).likely, layout, first_moments(sums))
    means = y.reshape(30, 4, 2).mean(axis=1)
    within = sums.within / 90
    np.testing.assert_allclose(found.sigma[:2, :2], within, atol=1e-9)
    np.testing.assert_allclose(found.sigma[2:, 2:], np.cov(means.T, bias=True) - within / 4, atol=1e-8)
    np.testing.assert_allclose(found.mu, [0, 0, *y.mean(axis=0)], atol=1e-9)


def test_expected_parts_are_those_of_the_joint_density(rows: Rows) -> None:
    sigma, mu = some_moments()
    data = gather_cells(rows.values[:, :4], rows.values[:, 4:], rows.cluster, LAYOUT)
    found = predict_parts(data, rows.values[:, :4], rows.cluster, sigma, mu)
    for cluster in (0, 3, 5):
        values, mean, cov = joint(rows, cluster, sigma, mu)
        seen = ~np.isnan(values)
        pulled = np.linalg.solve(cov[np.ix_(seen, seen)], (values - mean)[seen])
        reach = np.zeros((4, len(values)))  # covariances of the parts between (c, a, b, w) with all numbers
        for s in range(len(values) - 1):
            here = {0: 5, 1: 6, 2: 4}.get(s % 4)
            reach[:, s] = 0 if here is None else sigma[4:, here]
        reach[:, -1] = sigma[4:, 7]
        expected = reach[:, seen] @ pulled
        got = sigma[4:, 4:] @ found.between[cluster][LAYOUT.rows]
        np.testing.assert_allclose(got, expected, atol=1e-9)


def test_a_covariance_matrix_between_that_is_none_is_made_definite() -> None:
    sigma = np.diag([1.0, 1, 1, 1, 1, 1, 1, 1])
    sigma[4, 5] = sigma[5, 4] = -2.0
    assert np.linalg.eigvalsh(definite_between(sigma, LAYOUT))[0] > 0.01
