"""Bivariate normal probabilities against an independent quadrature, at extremes too."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, owens_t

from mlbc_stats.moments.margins.bivariate_normal import bivariate_cdf, bivariate_pdf, grid_cdf, rectangle

#: What the quadrature itself reaches; the rules are good to 1e-15.
PROBABILITY = 1e-12
LIMITS = [-8.0, -3.2, -1.0, -0.3, 0.0, 0.3000001, 1.0, 1.0001, 2.5, 6.0]
CORRELATIONS = [
    -0.9999999, -0.9999, -0.99, -0.926, -0.9249, -0.75, -0.2999, 0.0, 0.1, 0.3, 0.7499, 0.9249, 0.925, 0.97, 0.99999,
]  # fmt: skip


def by_quadrature(h: float, k: float, rho: float) -> float:
    """∫ φ(x) Φ((k - ρx)/√(1-ρ²)) dx up to h, split where the integrand changes fast."""
    root = np.sqrt((1 - rho) * (1 + rho))
    if rho == 0:
        return float(ndtr(h) * ndtr(k))
    steps = k / rho + root * np.array([-40, -20, -8, -3, -1, 0, 1, 3, 8, 20, 40])
    cuts = np.unique([-9.0, *(c for c in [*steps, -4.0, -1.0, 1.0, 4.0] if -9.0 < c < h), max(h, -9.0)])

    def integrand(x: float) -> float:
        return float(np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi) * ndtr((k - rho * x) / root))

    parts = [quad(integrand, a, b, epsabs=1e-15, epsrel=1e-13)[0] for a, b in itertools.pairwise(cuts)]
    return float(np.sum(parts))


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_against_quadrature(rho: float) -> None:
    h, k = np.array(list(itertools.product(LIMITS, LIMITS))).T
    expected = np.array([by_quadrature(a, b, rho) for a, b in zip(h, k, strict=True)])
    found = bivariate_cdf(h, k, rho)
    assert np.abs(found - expected).max() < PROBABILITY
    np.testing.assert_allclose(
        grid_cdf(np.array(LIMITS), np.array(LIMITS), np.array(rho)).ravel(), found, atol=1e-15
    )


def test_against_owens_function_at_random_points() -> None:
    rng = np.random.default_rng(3)
    h, k = rng.normal(0, 2, (2, 4000))
    rho = np.tanh(rng.normal(0, 2, 4000))
    root = np.sqrt((1 - rho) * (1 + rho))
    expected = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, (k / h - rho) / root) - owens_t(k, (h / k - rho) / root)
    expected -= np.where(h * k < 0, 0.5, 0.0)
    assert np.abs(bivariate_cdf(h, k, rho) - expected).max() < PROBABILITY


@pytest.mark.parametrize("rho", [-1.0, -0.95, -0.4, 0.0, 0.4, 0.95, 1.0])
def test_infinite_limits(rho: float) -> None:
    h = np.array([-np.inf, -2.0, 0.0, 3.0, np.inf])
    np.testing.assert_allclose(bivariate_cdf(h, np.inf, rho), ndtr(h), atol=1e-16)
    np.testing.assert_allclose(bivariate_cdf(np.inf, h, rho), ndtr(h), atol=1e-16)
    np.testing.assert_array_less(bivariate_cdf(h, -np.inf, rho), 1e-300)


def test_perfect_correlation() -> None:
    h, k = np.random.default_rng(1).normal(size=(2, 50))
    np.testing.assert_allclose(bivariate_cdf(h, k, 1.0), ndtr(np.minimum(h, k)), atol=1e-15)
    np.testing.assert_allclose(bivariate_cdf(h, k, -1.0), np.maximum(ndtr(h) - ndtr(-k), 0), atol=1e-15)


def test_what_is_no_correlation_is_nan() -> None:
    assert np.isnan(bivariate_cdf(0.0, 0.0, [1.0001, -2.0, np.nan])).all()
    assert np.isnan(bivariate_cdf([np.nan, 0.0], [0.0, np.nan], [0.2, 0.99])).all()


def test_many_points_at_once_are_the_points_one_by_one() -> None:
    rng = np.random.default_rng(2)
    h, k, rho = rng.normal(size=20_000), rng.normal(size=20_000), np.tanh(rng.normal(size=20_000))
    some = slice(0, 20_000, 1000)
    alone = [float(bivariate_cdf(*point)) for point in zip(h[some], k[some], rho[some], strict=True)]
    np.testing.assert_allclose(bivariate_cdf(h, k, rho)[some], alone, atol=1e-15)


def test_density_is_the_derivative_by_the_correlation() -> None:
    h, k = np.meshgrid([-2.0, 0.1, 1.5], [-1.0, 0.0, 2.0])
    for rho in (-0.97, -0.4, 0.0, 0.6, 0.95):
        change = (bivariate_cdf(h, k, rho + 1e-6) - bivariate_cdf(h, k, rho - 1e-6)) / 2e-6
        np.testing.assert_allclose(bivariate_pdf(h, k, rho), change, atol=1e-8)


def test_rectangles_add_up() -> None:
    cuts = np.array([-np.inf, -1.0, 0.2, 1.4, np.inf])
    for rho in (-0.99, 0.3, 0.93):
        total = sum(
            float(rectangle([a, c], [b, d], rho))
            for a, b in itertools.pairwise(cuts)
            for c, d in itertools.pairwise(cuts)
        )
        assert abs(total - 1.0) < 1e-14
    assert float(rectangle([5.0, 5.0], [6.0, 6.0], -0.9)) >= 0.0
