"""What must not change an ordinal fit: order of columns and rows, codes, parameterization, labels of groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import sem

MODEL = "f =~ a + b + c\ng =~ d + e + h\ng ~ f"
NAMES = ("a", "b", "c", "d", "e", "h")
SAME = {"rtol": 1e-6, "atol": 1e-6}
"""Scoring converges linearly for these fits; both stop within about 1e-7 standard errors of the optimum."""

few = settings(max_examples=8, deadline=None, derandomize=True)
pytestmark = pytest.mark.filterwarnings("ignore:.*(empty cells|categories with fewer).*")


def rows(seed: int, n: int = 300) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    g = 0.6 * f + 0.8 * rng.normal(size=n)
    y = np.stack([0.8 * common + 0.6 * rng.normal(size=n) for common in (f, f, f, g, g, g)])
    return dict(zip(NAMES, np.searchsorted([-0.8, 0.3, 1.1], y) + 1.0, strict=True))


def fitted(data: dict[str, np.ndarray], model: str = MODEL, **arguments: object) -> sem.SemResult:
    return sem.fit(model, data, ordered=list(NAMES), **arguments)


def agree(one: sem.SemResult, other: sem.SemResult) -> None:
    assert list(one.fit_measures.index) == list(other.fit_measures.index)
    assert np.allclose(one.fit_measures, other.fit_measures, equal_nan=True, **SAME)


@few
@given(seed=st.integers(0, 99), order=st.permutations(NAMES))
def test_column_and_row_order_do_not_matter(seed: int, order: list[str]) -> None:
    data, shuffle = rows(seed), np.random.default_rng(seed).permutation(300)
    plain, moved = fitted(data), fitted({name: data[name][shuffle] for name in order})
    agree(plain, moved)
    assert np.allclose(plain.parameters["est"], moved.parameters["est"], **SAME)
    assert np.allclose(plain.std_errors, moved.std_errors, **SAME)


@few
@given(seed=st.integers(0, 99), order=st.permutations(("d", "e", "h")))
def test_order_of_indicators_changes_no_fit(seed: int, order: list[str]) -> None:
    data = rows(seed)
    other = f"g =~ {' + '.join(order)}\nf =~ a + b + c\ng ~ f"
    agree(fitted(data, std_lv=True), fitted(data, other, std_lv=True))


@few
@given(seed=st.integers(0, 99), name=st.sampled_from(("b", "c", "e", "h")))
def test_reversed_codes_turn_loading_and_thresholds(seed: int, name: str) -> None:
    data = rows(seed)
    plain, turned = fitted(data), fitted({**data, name: 5 - data[name]})
    agree(plain, turned)
    first, second = (fit.standardized["est_std"].to_numpy() for fit in (plain, turned))
    table = plain.parameters
    loading = ((table["op"] == "=~") & (table["rhs"] == name)).to_numpy()
    cuts = ((table["op"] == "|") & (table["lhs"] == name)).to_numpy()
    assert loading.sum() == 1 and cuts.sum() == 3
    assert np.allclose(first[loading], -second[loading], **SAME)
    assert np.allclose(first[cuts], -second[cuts][::-1], **SAME)
    rest = ~(loading | cuts)
    assert np.allclose(first[rest], second[rest], **SAME)


@few
@given(seed=st.integers(0, 99), name=st.sampled_from(NAMES))
def test_other_numbers_for_the_categories_change_nothing(seed: int, name: str) -> None:
    data = rows(seed)
    renamed = np.array([np.nan, 0.0, 2.0, 7.0, 9.0])[data[name].astype(int)]
    plain, other = fitted(data), fitted({**data, name: renamed})
    assert np.allclose(plain.theta, other.theta, rtol=1e-12)
    agree(plain, other)


@few
@given(seed=st.integers(0, 99))
def test_delta_and_theta_are_one_model(seed: int) -> None:
    data = rows(seed)
    delta, theta = fitted(data), fitted(data, parameterization="theta")
    agree(delta, theta)
    for fits in (delta.standardized, theta.standardized):
        assert np.isfinite(fits["est_std"]).all()
    kept = (delta.standardized["op"] != "~*~").to_numpy()
    for column in ("est_std", "se"):
        one, other = delta.standardized[column][kept], theta.standardized[column][kept]
        assert np.allclose(one, other, equal_nan=True, rtol=1e-5, atol=1e-6)


@few
@given(seed=st.integers(0, 99))
def test_delta_and_theta_are_one_model_in_groups(seed: int) -> None:
    data = rows(seed) | {"site": np.arange(300) % 2}
    ways = [
        fitted(data, group="site", group_equal=["thresholds", "loadings"], parameterization=kind)
        for kind in ("delta", "theta")
    ]
    agree(*ways)


@few
@given(seed=st.integers(0, 99))
def test_labels_of_groups_do_not_matter(seed: int) -> None:
    data, site = rows(seed), np.where(np.arange(300) % 2 == 0, "north", "south")
    equal = {"group": "site", "group_equal": ["thresholds", "loadings"]}
    plain = fitted({**data, "site": site}, **equal)
    again = fitted({**data, "site": np.where(site == "north", 7, 3)}, **equal)
    agree(plain, again)
    assert np.allclose(plain.theta, again.theta, rtol=1e-12)
    flipped = {name: values[::-1] for name, values in {**data, "site": site}.items()}
    swapped = fitted(flipped, **equal)
    assert swapped.table.group_labels == plain.table.group_labels[::-1]
    agree(plain, swapped)
