"""Small-matrix kernels against NumPy, and their flags on bad input."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.linalg import (
    cholesky_flag,
    cov2cor,
    duplication_matrix,
    lower_inverse,
    neumann_inverse,
    null_space,
    rank,
    spd_inverse_logdet,
    unvech,
    vech,
    vech_indices,
)


def positive(count: int, p: int, seed: int = 1) -> np.ndarray:
    x = np.random.default_rng(seed).normal(size=(count, 2 * p + 2, p))
    return np.swapaxes(x, -1, -2) @ x / (2 * p)


@pytest.mark.parametrize(("count", "p"), [(1, 1), (1, 9), (5, 4), (40, 2), (40, 3), (40, 11), (13, 25)])
def test_inverse_and_determinant(count: int, p: int) -> None:
    a = positive(count, p)
    inverse, logdet, ok = spd_inverse_logdet(a)
    assert ok.shape == (count,)
    assert ok.all()
    np.testing.assert_allclose(inverse @ a, np.broadcast_to(np.eye(p), a.shape), atol=1e-9)
    np.testing.assert_allclose(logdet, np.linalg.slogdet(a)[1], rtol=1e-10, atol=1e-12)
    single = spd_inverse_logdet(a[0])
    np.testing.assert_allclose(single[0], inverse[0], rtol=1e-9, atol=1e-12)


def test_more_than_one_batch_axis() -> None:
    a = positive(24, 5).reshape(4, 6, 5, 5)
    inverse, logdet, ok = spd_inverse_logdet(a)
    assert inverse.shape == a.shape
    assert logdet.shape == ok.shape == (4, 6)
    np.testing.assert_allclose(inverse[2, 3], np.linalg.inv(a[2, 3]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("count", [6, 40])
def test_a_bad_matrix_only_flags(count: int) -> None:
    a = positive(count, 6)
    good = spd_inverse_logdet(a)[0]
    a[1, 0, 0] = -1.0
    a[2, 4, 3] = a[2, 3, 4] = np.nan
    a[3] = 0.0
    a[4, 2, 2] = np.inf
    lower, flags = cholesky_flag(a)
    inverse, logdet, ok = spd_inverse_logdet(a)
    bad = [1, 2, 3, 4]
    assert np.flatnonzero(~ok).tolist() == np.flatnonzero(~flags).tolist() == bad
    assert np.isposinf(logdet[bad]).all()
    np.testing.assert_array_equal(lower[bad], np.broadcast_to(np.eye(6), (4, 6, 6)))
    np.testing.assert_array_equal(inverse[bad], lower[bad])
    keep = [k for k in range(count) if k not in bad]
    np.testing.assert_allclose(inverse[keep], good[keep], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(lower[keep] @ np.swapaxes(lower[keep], -1, -2), a[keep], atol=1e-12)


@pytest.mark.parametrize("fill", [np.nan, np.inf, -1.0, 0.0])
def test_a_bad_single_matrix_only_flags(fill: float) -> None:
    a = positive(1, 4)[0]
    a[2, 2] = fill
    assert not spd_inverse_logdet(a)[2]
    lower, ok = cholesky_flag(a)
    assert not ok
    np.testing.assert_array_equal(lower, np.eye(4))


def test_inputs_are_left_alone() -> None:
    a = positive(20, 4)
    a[3, 0, 0] = -1.0
    before = a.copy()
    spd_inverse_logdet(a)
    spd_inverse_logdet(a[0])
    cholesky_flag(a)
    np.testing.assert_array_equal(a, before)


@pytest.mark.parametrize("p", [1, 2, 3, 7, 16])
def test_lower_inverse(p: int) -> None:
    lower = np.linalg.cholesky(positive(7, p))
    np.testing.assert_allclose(
        lower_inverse(lower) @ lower, np.broadcast_to(np.eye(p), lower.shape), atol=1e-9
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 9])
def test_power_series(order: int) -> None:
    v = 10
    a = np.zeros((3, v, v))
    rng = np.random.default_rng(2)
    step = v // order
    for k in range(1, order):
        a[:, k * step : (k + 1) * step, (k - 1) * step : k * step] = rng.normal(size=(3, step, step))
    np.testing.assert_allclose(neumann_inverse(a, order), np.linalg.inv(np.eye(v) - a), atol=1e-10)


def test_half_vectorization_is_column_by_column() -> None:
    rows, columns = vech_indices(3)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [
        (0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (2, 2),
    ]  # fmt: skip
    a = positive(6, 5)
    np.testing.assert_array_equal(unvech(vech(a)), np.tril(a) + np.swapaxes(np.tril(a, -1), -1, -2))
    full = unvech(vech(a[0]))
    np.testing.assert_array_equal(duplication_matrix(5) @ vech(full), full.ravel(order="F"))


def test_correlations_of_a_flat_variable_are_missing() -> None:
    cov = np.diag([4.0, 0.0])
    found = cov2cor(cov)
    assert found[0, 0] == 1.0
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1]).all()


def test_rank_and_null_space_ignore_units() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=(8, 4))
    a = np.column_stack([a, a[:, 0] - 2 * a[:, 1]]) * [1.0, 1e7, 1e-7, 1.0, 1e3]
    assert rank(a) == 4
    basis = null_space(a)
    assert basis.shape == (5, 1)
    assert np.abs(a @ basis).max() < 1e-9
    assert null_space(rng.normal(size=(6, 3))).shape == (3, 0)
    assert rank(np.zeros((3, 2))) == 0
