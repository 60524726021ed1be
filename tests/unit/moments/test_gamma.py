"""Γ against lavaan, its limits and the product that avoids it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import duplication_matrix
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.moments.gamma import gamma_adf, gamma_nt, meat
from mlbc_stats.moments.sample import from_raw
from tests.reference.corpus import HERE, read_table

#: lavaan's numbers are stored with 15 digits and come from the same closed forms.
CLOSED_FORM = 1e-10
THREE = ["x1", "x2", "x3"]


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    return json.loads((HERE / "expected/moments/complete.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def five() -> np.ndarray:
    return read_columns(read_table("data/HolzingerSwineford1939.csv"), [*THREE, "ageyr", "sex"])


def weights_and_clusters() -> tuple[np.ndarray, np.ndarray]:
    i = np.arange(1, 302)
    return 0.5 + (i % 7) / 3, (i - 1) // 7


def test_weighted_moments(stored: dict[str, Any], five: np.ndarray) -> None:
    sample = from_raw(five[:, :3], THREE, weights=weights_and_clusters()[0])
    np.testing.assert_allclose(sample.cov, stored["weighted_cov"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(sample.mean, stored["weighted_mean"], rtol=CLOSED_FORM)


def test_distribution_free(stored: dict[str, Any], five: np.ndarray) -> None:
    found = gamma_adf(five[:, :3])
    np.testing.assert_allclose(found, stored["gamma"], rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_allclose(gamma_adf(five[:, :3], meanstructure=False), found[3:, 3:], rtol=1e-12)


def test_clusters(stored: dict[str, Any], five: np.ndarray) -> None:
    found = gamma_adf(five[:, :3], cluster=weights_and_clusters()[1])
    np.testing.assert_allclose(found, stored["gamma_cluster"], rtol=CLOSED_FORM, atol=CLOSED_FORM)
    with pytest.raises(DataError, match="1 cluster"):
        gamma_adf(five[:, :3], cluster=np.zeros(301, int))


def test_fixed_covariates(stored: dict[str, Any], five: np.ndarray) -> None:
    found = gamma_adf(five, meanstructure=False, fixed=(3, 4))
    np.testing.assert_allclose(found, stored["gamma_fixed"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("with_clusters", [False, True])
def test_weighted_errors_of_a_mean_and_a_variance(
    stored: dict[str, Any], five: np.ndarray, with_clusters: bool
) -> None:
    weights, cluster = weights_and_clusters()
    weights = weights * 301 / weights.sum()
    found = gamma_adf(five[:, :1], weights=weights, cluster=cluster if with_clusters else None)
    expected = stored["weighted_cluster_se" if with_clusters else "weighted_se"]
    np.testing.assert_allclose(np.sqrt(found.diagonal() / 301), expected, rtol=1e-6)


def test_normal_theory() -> None:
    rng = np.random.default_rng(4)
    cov = np.cov(rng.normal(size=(4, 20)))
    duplication = duplication_matrix(4)
    inverse = np.linalg.pinv(duplication)
    np.testing.assert_allclose(
        gamma_nt(cov, meanstructure=False),
        2 * inverse @ np.kron(cov, cov) @ inverse.T,
        rtol=1e-10,
        atol=1e-14,
    )
    batch = gamma_nt(np.stack([cov, 2 * cov]))
    np.testing.assert_allclose(batch[1, :4, :4], 2 * cov)
    np.testing.assert_allclose(batch[1, 4:, 4:], 4 * batch[0, 4:, 4:])


def test_normal_data_have_the_normal_gamma() -> None:
    x = np.random.default_rng(4).multivariate_normal([1.0, 2.0], [[2.0, 0.5], [0.5, 1.0]], 200_000)
    np.testing.assert_allclose(gamma_adf(x), gamma_nt(np.cov(x.T)), atol=0.15)


@pytest.mark.parametrize("means", [True, False])
def test_meat_is_the_product(five: np.ndarray, means: bool) -> None:
    weights, cluster = weights_and_clusters()
    pulled = np.random.default_rng(1).normal(size=(20 if means else 15, 7))
    gamma = gamma_adf(five, means, weights, cluster)
    np.testing.assert_allclose(meat(five, pulled, weights, cluster), pulled.T @ gamma @ pulled, rtol=1e-10)
