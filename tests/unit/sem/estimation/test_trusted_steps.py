"""Trust-region steps: the best within the radius, out of saddle points, and through valleys without end."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.estimation.curvature import Principal, principal
from mlbc_stats.sem.estimation.newton import trusted_step
from tests.reference.corpus import read_table

HS = read_table("data/HolzingerSwineford1939.csv")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [0.0, 1e-6, 1.0])
def test_no_point_within_the_radius_is_lower(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    r, radius = 4, float(rng.choice([0.1, 1.0, 10.0]))
    root, slope = rng.normal(size=(r, r)), size * rng.normal(size=r)
    found = principal(slope, (root + root.T) / 2, None)
    assert found is not None
    step, promised = trusted_step(found, radius)
    around = rng.normal(size=(5000, r))
    around *= radius * rng.random((5000, 1)) ** 0.25 / np.linalg.norm(around, axis=1, keepdims=True)
    values = around @ found.along + around**2 @ found.roots
    assert np.linalg.norm(step) <= radius * 1.001
    assert promised >= -values.min() - 1e-9


def test_a_curvature_beyond_all_units_does_not_lengthen_the_step() -> None:
    found = Principal(np.array([-1e17, -30.0, 0.02]), np.eye(3), np.array([0.3, -0.1, 0.2]), np.eye(3))
    step, promised = trusted_step(found, 0.5)
    assert np.linalg.norm(step) == pytest.approx(0.5)
    assert promised == pytest.approx(1e17 * 0.25)


def test_a_newton_step_within_the_radius_is_whole() -> None:
    found = principal(np.array([0.2, -0.1]), np.diag([1.0, 2.0]), None)
    assert found is not None
    step, promised = trusted_step(found, 10.0)
    back = found.back @ (found.vectors @ step)
    assert back == pytest.approx([-0.1, 0.025])
    assert promised == pytest.approx(0.25 * (0.2**2 / 1 + 0.1**2 / 2))


def test_a_factor_that_loses_its_marker_is_found_beyond() -> None:
    """The marker's loading has the other sign: loadings run away to infinity unless the search goes on beyond."""
    rng = np.random.default_rng(4)
    common = rng.normal(size=(300, 1))
    loadings = np.array([-0.02, 0.8, 0.9, 0.7])
    answers = common * loadings + 0.6 * rng.normal(size=(300, 4))
    data = dict(zip("abcd", answers.T, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        marked = sem.cfa("f =~ a + b + c + d", data)
        plain = sem.cfa("f =~ a + b + c + d", data, std_lv=True)
    assert plain.converged
    assert marked.converged
    assert float(marked.estimate.value) == pytest.approx(float(plain.estimate.value), abs=1e-9)
