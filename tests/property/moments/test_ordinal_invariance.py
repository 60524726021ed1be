"""Recoding, reversing, permuting and repeating leave ordinal moments what they are; a batch is its members."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import moments
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.moments.weights import bootstrap_weights

#: Searches stop at steps of 1e-6, whose error is of the order of the square.
SAME = 1e-8
some = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 10_000)


def sample(seed: int, n: int = 200) -> np.ndarray:
    """Four items of one factor with 2, 3, 4 and 5 categories, each of them present."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))
    cuts = ([0.4], [-1.0, 1.0], [-1.0, 0.0, 1.2], [-1.5, -0.5, 0.5, 1.5])
    return np.column_stack([np.digitize(y[:, k], cut) for k, cut in enumerate(cuts)]).astype(float)


def mixed(seed: int) -> tuple[np.ndarray, list[int]]:
    x = sample(seed)
    x[:, 2] = 3.0 * x[:, 2] + np.random.default_rng(seed + 1).normal(size=len(x))
    return x, [0, 1, 3]


NAMES = ["a", "b", "c", "d"]


@some
@given(seed=seeds)
def test_reversing_a_variable_turns_its_correlations(seed: int) -> None:
    x = sample(seed)
    turned = x.copy()
    turned[:, 3] = 4 - turned[:, 3]
    first, second = (ordinal_moments(part, NAMES, range(4)) for part in (x, turned))
    sign = np.array([1.0, 1.0, 1.0, -1.0])
    np.testing.assert_allclose(second.correlation, first.correlation * np.outer(sign, sign), atol=SAME)
    own = first.threshold_variable == 3
    last = len(own)
    np.testing.assert_allclose(second.moments[:last][own], -first.moments[:last][own][::-1], atol=1e-12)
    pair = np.arange(last, last + 6)
    np.testing.assert_allclose(second.gamma_diagonal[pair], first.gamma_diagonal[pair], rtol=1e-6)


@some
@given(seed=seeds, gaps=st.lists(st.integers(1, 50), min_size=4, max_size=4), start=st.integers(-20, 20))
def test_codes_matter_only_by_their_order(seed: int, gaps: list[int], start: int) -> None:
    x = sample(seed)
    codes = np.concatenate([[start], start + np.cumsum(gaps)])
    recoded = x.copy()
    recoded[:, 3] = codes[x[:, 3].astype(int)]
    first, second = (ordinal_moments(part, NAMES, range(4)) for part in (x, recoded))
    np.testing.assert_array_equal(second.moments, first.moments)
    np.testing.assert_array_equal(second.gamma, first.gamma)
    assert second.levels[3].tolist() == codes.tolist()


@some
@given(seed=seeds, order=st.permutations(range(4)))
def test_permuting_variables_permutes(seed: int, order: list[int]) -> None:
    x, ordinal = mixed(seed)
    first = ordinal_moments(x, NAMES, ordinal)
    moved = [place for place, v in enumerate(order) if v in ordinal]
    second = ordinal_moments(x[:, order], [NAMES[v] for v in order], moved)
    np.testing.assert_allclose(second.correlation, first.correlation[np.ix_(order, order)], atol=SAME)
    np.testing.assert_allclose(np.sort(second.gamma_diagonal), np.sort(first.gamma_diagonal), rtol=1e-6)


@some
@given(seed=seeds, method=st.sampled_from(["two.step", "ml"]))
def test_the_public_matrix_does_not_depend_on_the_order(seed: int, method: Any) -> None:
    x = sample(seed)
    data = dict(zip(NAMES, x.T, strict=True))
    first = moments.polychoric(data, method=method)
    second = moments.polychoric(data, names=NAMES[::-1], method=method)
    np.testing.assert_allclose(second.correlations[::-1, ::-1], first.correlations, atol=1e-6)
    np.testing.assert_allclose(second.std_errors[::-1, ::-1], first.std_errors, rtol=1e-4)


@pytest.mark.parametrize("kind", ["ordinal", "mixed", "covariates", "missing"])
@pytest.mark.parametrize("gamma", ["full", "diagonal"])
@settings(max_examples=3, deadline=None)
@given(seed=seeds)
def test_a_batch_of_resamples_is_its_members_with_rows_repeated(kind: str, gamma: Any, seed: int) -> None:
    x, ordinal = (sample(seed), [0, 1, 2, 3]) if kind in ("ordinal", "missing") else mixed(seed)
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(len(x), 1))
    if kind == "missing":
        x[rng.random(x.shape) < 0.1] = np.nan
    missing: Any = "pairwise" if kind == "missing" else "listwise"
    levels = [np.unique(x[~np.isnan(x[:, v]), v]) if v in ordinal else None for v in range(4)]
    weights = bootstrap_weights(rng, len(x), 3)
    given_z: dict[str, Any] = {"covariates": ("z",)} if kind == "covariates" else {}

    def solve(rows: np.ndarray, covariate: np.ndarray, **more: Any) -> Any:
        own = {"z": covariate} if given_z else {}
        return ordinal_moments(
            rows, NAMES, ordinal, gamma=gamma, missing=missing, levels=levels, **given_z, **own, **more
        )

    batch = solve(x, z, weights=weights)
    for b, counts in enumerate(weights.astype(int)):
        alone = solve(np.repeat(x, counts, axis=0), np.repeat(z, counts, axis=0))
        assert batch.ok[b] == alone.ok
        np.testing.assert_allclose(batch.moments[b], alone.moments, atol=SAME)
        np.testing.assert_allclose(batch.gamma_diagonal[b], alone.gamma_diagonal, rtol=1e-6)
        np.testing.assert_allclose(batch.correlation[b], alone.correlation, atol=SAME)
        assert batch.n[b] == alone.n
        if gamma == "full":
            np.testing.assert_allclose(batch.gamma[b], alone.gamma, rtol=1e-6, atol=1e-6)


@some
@given(seed=seeds, scale=st.sampled_from([1e-4, 1.0, 1e5]), shift=st.sampled_from([-1e3, 0.0, 1e4]))
def test_units_of_a_continuous_variable(seed: int, scale: float, shift: float) -> None:
    x, ordinal = mixed(seed)
    changed = x.copy()
    changed[:, 2] = scale * (x[:, 2] + shift)
    first, second = (ordinal_moments(part, NAMES, ordinal) for part in (x, changed))
    np.testing.assert_allclose(second.correlation, first.correlation, atol=1e-7)
    last = len(first.threshold_variable)
    factor = np.ones(len(first.moments))
    factor[[1 + 2]] = scale
    factor[last] = scale**2
    factor[last + 1 + np.array([1, 3, 5])] = scale
    np.testing.assert_allclose(second.gamma_diagonal, first.gamma_diagonal * factor**2, rtol=1e-5)
