"""Ordinal items in clusters: slopes of both likelihoods, nodes that are enough, moments whatever the order of rows."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.moments.ordinal_levels import level_moments, nodes
from mlbc_stats.moments.ordinal_levels.item import item_likelihood
from mlbc_stats.moments.ordinal_levels.nodes import line
from mlbc_stats.moments.ordinal_levels.pair import pair_likelihood
from mlbc_stats.moments.ordinal_levels.steps import cluster_counts

STEP = 1e-5
AGREEMENT = 2e-6
"""Central differences of that step, of log-likelihoods of some hundreds."""
FIRST, SECOND, JOINT = np.array([-0.8, 0.3, 0.5]), np.array([-1.0, 0.1, 1.1, 0.3]), np.array([0.35, 0.15])
NAMES = ["a", "b", "a@2", "b@2"]


def answers(clusters: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Synthetic: two items of 3 and 4 categories, clusters of 1 to 12 rows."""
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(clusters), rng.integers(1, 13, clusters))
    between = rng.multivariate_normal([0, 0], [[0.5, 0.2], [0.2, 0.4]], clusters)[cluster]
    y = between + rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], len(cluster))
    codes = np.stack([np.digitize(y[:, 0], [-0.7, 0.4]), np.digitize(y[:, 1], [-0.9, 0.1, 1.0])], axis=1)
    return codes, cluster


def differences(value, at: np.ndarray) -> np.ndarray:
    return np.array([(value(at + e) - value(at - e)) / (2 * STEP) for e in STEP * np.eye(len(at))])


@pytest.mark.parametrize("count", [None, 9])
def test_scores_of_an_item_are_its_slopes(count: int | None) -> None:
    codes, cluster = answers()
    counts = cluster_counts(codes[:, 0], 3, cluster)
    told = item_likelihood(counts, FIRST, count).scores.sum(0)
    found = differences(lambda theta: item_likelihood(counts, theta, count).value.sum(), FIRST)
    assert told == pytest.approx(found, abs=AGREEMENT)


@pytest.mark.parametrize("count", [None, 9])
@pytest.mark.parametrize("rho", [0.35, -0.5, 0.8])
def test_scores_of_a_pair_are_its_slopes_by_all_parameters(rho: float, count: int | None) -> None:
    codes, cluster = answers()
    counts = cluster_counts(codes[:, 0] * 4 + codes[:, 1], 12, cluster)
    at = np.concatenate([[rho, 0.15], FIRST, SECOND])

    def value(theta: np.ndarray) -> float:
        return float(pair_likelihood(counts, theta[2:5], theta[5:], theta[:2], count=count).value.sum())

    told = pair_likelihood(counts, FIRST, SECOND, at[:2], True, count).scores.sum(0)
    assert told == pytest.approx(differences(value, at), rel=1e-5, abs=20 * AGREEMENT)


@pytest.mark.parametrize("size", [1, 10, 60, 500])
def test_the_nodes_are_enough(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many nodes give the same log-likelihood, of clusters that agree wholly as well."""
    counts = np.random.default_rng(size).multinomial(size, [0.2, 0.5, 0.3], 20).astype(float)
    counts = np.concatenate([counts, [[size, 0, 0], [0, 0, size]]])
    pairs = np.random.default_rng(size).multinomial(min(size, 60), np.full(12, 1 / 12), 5).astype(float)
    found = item_likelihood(counts, FIRST).value, pair_likelihood(pairs, FIRST, SECOND, JOINT).value
    monkeypatch.setattr(nodes, "STEP", 0.5)
    again = item_likelihood(counts, FIRST).value, pair_likelihood(pairs, FIRST, SECOND, JOINT).value
    for one, other in zip(found, again, strict=True):
        assert one == pytest.approx(other, rel=1e-6)


def test_a_pair_of_unrelated_items_is_their_product() -> None:
    codes, cluster = answers()
    one, other = cluster_counts(codes[:, 0], 3, cluster), cluster_counts(codes[:, 1], 4, cluster)
    both = cluster_counts(codes[:, 0] * 4 + codes[:, 1], 12, cluster)
    joint = pair_likelihood(both, FIRST, SECOND, np.zeros(2)).value
    apart = item_likelihood(one, FIRST).value + item_likelihood(other, SECOND).value
    assert joint == pytest.approx(apart, rel=1e-7)


def test_moments_do_not_depend_on_the_order_of_rows_and_clusters() -> None:
    codes, cluster = answers()
    values = [np.arange(3.0), np.arange(4.0)]
    found = level_moments(codes, values, cluster, NAMES)
    order = np.random.default_rng(1).permutation(len(cluster))
    again = level_moments(codes[order], values, (cluster.max() - cluster)[order], NAMES)
    assert again.moments == pytest.approx(found.moments, abs=1e-5)
    assert again.gamma == pytest.approx(found.gamma, rel=1e-3, abs=1e-3)
    turned = level_moments(codes[:, ::-1], values[::-1], cluster, ["b", "a", "b@2", "a@2"])
    assert turned.moments[-2:] == pytest.approx(found.moments[-2:], abs=1e-5)


def test_missing_answers_count_where_they_are_given() -> None:
    codes, cluster = answers()
    holes = codes.copy()
    holes[::5, 0] = -1
    values = [np.arange(3.0), np.arange(4.0)]
    found, whole = (level_moments(x, values, cluster, NAMES).moments for x in (holes, codes))
    assert found[2:5] == pytest.approx(whole[2:5])
    assert found[:2] != pytest.approx(whole[:2], abs=1e-6)


def test_an_item_without_variance_between_clusters_is_refused() -> None:
    cluster = np.repeat(np.arange(30), 6)
    codes = np.stack([np.tile([0, 0, 0, 1, 1, 1], 30), np.tile([0, 1, 0, 1, 0, 1], 30)], axis=1)
    with pytest.raises(DataError, match="a, b: the likelihood of the answers is largest without variance"):
        level_moments(codes, [np.arange(2.0)] * 2, cluster, NAMES)


def test_clusters_too_large_for_the_nodes_are_refused() -> None:
    with pytest.raises(DataError, match="ask for"):
        line(1e5, 1.0)
