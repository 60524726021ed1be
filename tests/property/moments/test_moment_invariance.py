"""Moments follow the data through changes of unit, origin, order and duplication of cases."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet, unvech, vech
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.moments.gamma import gamma_adf
from mlbc_stats.moments.incomplete.fiml import fiml_value_gradient
from mlbc_stats.moments.incomplete.patterns import find_patterns
from mlbc_stats.moments.incomplete.saturated import saturated_moments
from mlbc_stats.moments.sample import from_raw, resample

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


def incomplete(seed: int, n: int = 60, p: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, p))
    x[rng.random(x.shape) < 0.15] = np.nan
    return x[~np.isnan(x).all(1)]


@given(seed=seeds, p=sizes, exponents=st.lists(st.integers(-4, 4), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_change_of_unit_and_origin(seed: int, p: int, exponents: list[int]) -> None:
    rng = np.random.default_rng(seed)
    x, shift, scale = rng.normal(size=(30, p)), rng.normal(size=p), 10.0 ** np.array(exponents[:p])
    names = [f"x{k}" for k in range(p)]
    one, other = from_raw(x, names), from_raw((x + shift) * scale, names)
    np.testing.assert_allclose(other.cov, one.cov * np.outer(scale, scale), rtol=1e-8, atol=0)
    assert one.mean is not None
    np.testing.assert_allclose(other.mean, (one.mean + shift) * scale, atol=1e-9 * scale.max())


@given(
    seed=seeds,
    factors=st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=3),
    order=st.permutations([0, 1, 2]),
)
@settings(max_examples=20, deadline=None)
def test_saturated_estimates_follow_units_and_order(
    seed: int, factors: list[float], order: list[int]
) -> None:
    x, scale = incomplete(seed), np.array(factors)
    one = saturated_moments(find_patterns(x))
    other = saturated_moments(find_patterns((x * scale)[:, order]))
    assume(one.converged)
    assert other.converged
    spread = np.sqrt(one.cov.diagonal())
    expected = (one.cov * np.outer(scale, scale))[np.ix_(order, order)]
    limit = (spread * scale)[order]
    assert (np.abs(other.cov - expected) < 1e-7 * np.outer(limit, limit)).all()
    assert (np.abs(other.mean - (one.mean * scale)[order]) < 1e-7 * limit).all()


@given(seed=seeds, copies=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_duplicated_cases_change_no_discrepancy(seed: int, copies: int) -> None:
    x = incomplete(seed)
    one = fiml_value_gradient(find_patterns(x), np.eye(3) + 0.3, np.zeros(3))
    other = fiml_value_gradient(find_patterns(np.tile(x, (copies, 1))), np.eye(3) + 0.3, np.zeros(3))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)


@given(seed=seeds, p=sizes)
@settings(max_examples=30, deadline=None)
def test_resampling_once_each_is_the_sample(seed: int, p: int) -> None:
    x = np.random.default_rng(seed).normal(size=(20, p)) + 1e3
    sample, again = from_raw(x, [str(k) for k in range(p)]), resample(x, np.ones((1, 20)))
    np.testing.assert_allclose(again.cov[0], sample.cov, rtol=1e-9, atol=1e-12)


@given(seed=seeds, p=sizes)
@settings(max_examples=30, deadline=None)
def test_gamma_is_positive_semidefinite_and_ignores_the_origin(seed: int, p: int) -> None:
    x = np.random.default_rng(seed).normal(size=(25, p))
    gamma = gamma_adf(x)
    assert np.linalg.eigvalsh(gamma)[0] > -1e-10
    np.testing.assert_allclose(gamma_adf(x + 100.0), gamma, rtol=1e-6, atol=1e-9)


@given(seed=seeds, count=st.integers(1, 30), p=st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_flags_agree_with_the_eigenvalues(seed: int, count: int, p: int) -> None:
    a = np.random.default_rng(seed).normal(size=(count, p, p))
    a = a + np.swapaxes(a, -1, -2) + 2 * np.eye(p)
    smallest = np.linalg.eigvalsh(a)[:, 0]
    assume((np.abs(smallest) > 1e-8).all())
    _, ok = cholesky_flag(a)
    inverse, _, good = spd_inverse_logdet(a)
    np.testing.assert_array_equal(ok, smallest > 0)
    np.testing.assert_array_equal(good, ok)
    identity = np.eye(p) + np.zeros((int(ok.sum()), p, p))
    np.testing.assert_allclose(inverse[ok] @ a[ok], identity, atol=1e-5)


@given(seed=seeds, p=st.integers(1, 12))
def test_half_vectorization_round_trip(seed: int, p: int) -> None:
    v = np.random.default_rng(seed).normal(size=(2, p * (p + 1) // 2))
    np.testing.assert_array_equal(vech(unvech(v)), v)


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6), st.just(float("nan"))
)


@given(column=st.lists(cells, min_size=1, max_size=20))
def test_any_mixture_of_numbers_is_read(column: list[object]) -> None:
    found = read_columns({"a": column}, ["a"]).ravel()
    expected = [np.nan if cell is None else float(cell) for cell in column]  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, expected)
