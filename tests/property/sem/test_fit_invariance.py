"""What must not change a fit: units, column order, row order, group labels, names of variables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlbc_stats import sem

MODEL = "f =~ a + b + c\ng =~ d + e + h\ng ~ f"
NAMES = ("a", "b", "c", "d", "e", "h")
SAME = {"rtol": 1e-6, "atol": 1e-7}
"""Both fits stop within about 1e-7 standard errors of the optimum."""

few = settings(max_examples=12, deadline=None, derandomize=True)


def rows(seed: int, n: int = 250) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    g = 0.6 * f + 0.8 * rng.normal(size=n)
    data = {name: f * w + rng.normal(size=n) + 3 for name, w in zip("abc", (1, 0.8, -0.9), strict=True)}
    data |= {name: g * w + rng.normal(size=n) - 1 for name, w in zip("deh", (1, 1.2, 0.7), strict=True)}
    return data


@few
@given(seed=st.integers(0, 99), scale=st.sampled_from([1e-3, 1e3]), name=st.sampled_from(NAMES))
@pytest.mark.filterwarnings("ignore:.*variances differ.*")
def test_units_change_only_what_has_units(seed: int, scale: float, name: str) -> None:
    data = rows(seed)
    plain = sem.fit(MODEL, data, estimator="MLR")
    scaled = sem.fit(MODEL, {**data, name: data[name] * scale}, estimator="MLR")
    assert np.allclose(plain.parameters["std_all"], scaled.parameters["std_all"], **SAME)
    assert np.allclose(plain.standardized["se"], scaled.standardized["se"], rtol=1e-5, atol=1e-7)
    free = (plain.parameters["free"] > 0) & (plain.parameters["op"] != "~~")
    assert np.allclose(plain.parameters["z"][free], scaled.parameters["z"][free], rtol=1e-5, atol=1e-6)
    for measure in ("chisq", "df", "cfi", "tli", "rmsea", "srmr", "chisq_scaled", "cfi_robust"):
        assert np.isclose(plain.fit_measures[measure], scaled.fit_measures[measure], **SAME)


@few
@given(seed=st.integers(0, 99), order=st.permutations(NAMES))
def test_column_and_row_order_do_not_matter(seed: int, order: list[str]) -> None:
    data = rows(seed)
    shuffle = np.random.default_rng(seed).permutation(250)
    plain = sem.fit(MODEL, data)
    moved = sem.fit(MODEL, {name: data[name][shuffle] for name in order})
    assert np.allclose(plain.parameters["est"], moved.parameters["est"], **SAME)
    assert np.allclose(plain.fit_measures, moved.fit_measures, equal_nan=True, **SAME)


@few
@given(seed=st.integers(0, 99), order=st.permutations(("d", "e", "h")))
def test_order_of_indicators_changes_no_fit(seed: int, order: list[str]) -> None:
    data = rows(seed)
    plain = sem.fit(MODEL, data, std_lv=True)
    other = sem.fit(f"f =~ a + b + c\ng =~ {' + '.join(order)}\ng ~ f", data, std_lv=True)
    assert np.allclose(plain.fit_measures, other.fit_measures, equal_nan=True, **SAME)


@few
@given(seed=st.integers(0, 99))
def test_labels_of_groups_do_not_matter(seed: int) -> None:
    data = rows(seed)
    site = np.where(np.arange(250) % 2 == 0, "north", "south")
    other = np.where(site == "north", 7, 3)
    plain = sem.fit(MODEL, {**data, "site": site}, group="site", group_equal="loadings")
    again = sem.fit(MODEL, {**data, "site": other}, group="site", group_equal="loadings")
    assert np.allclose(plain.fit_measures, again.fit_measures, equal_nan=True, **SAME)
    flipped = {name: values[::-1] for name, values in {**data, "site": site}.items()}
    swapped = sem.fit(MODEL, flipped, group="site", group_equal="loadings")
    assert swapped.table.group_labels == plain.table.group_labels[::-1]
    assert np.isclose(plain.fit_measures["chisq"], swapped.fit_measures["chisq"], **SAME)


@few
@given(seed=st.integers(0, 99))
def test_duplicating_every_case_doubles_the_information(seed: int) -> None:
    data = rows(seed)
    once = sem.fit(MODEL, data)
    twice = sem.fit(MODEL, {name: np.tile(values, 2) for name, values in data.items()})
    assert np.allclose(once.parameters["est"], twice.parameters["est"], **SAME)
    assert np.allclose(once.std_errors, np.sqrt(2) * twice.std_errors, rtol=1e-6)
    assert np.isclose(2 * once.fit_measures["chisq"], twice.fit_measures["chisq"], rtol=1e-7)


@few
@given(seed=st.integers(0, 99))
def test_marker_and_standardized_factors_fit_alike(seed: int) -> None:
    data = rows(seed)
    marker, unit = sem.fit(MODEL, data), sem.fit(MODEL, data, std_lv=True)
    assert np.isclose(marker.fit_measures["chisq"], unit.fit_measures["chisq"], **SAME)
    loading = marker.parameters["op"] == "=~"
    assert np.allclose(marker.parameters["std_all"][loading], unit.parameters["std_all"][loading], **SAME)


@few
@given(seed=st.integers(0, 99))
def test_complete_data_need_no_fiml(seed: int) -> None:
    data = rows(seed)
    plain = sem.fit(MODEL, data, meanstructure=True, information="observed")
    full = sem.fit(MODEL, data, missing="fiml")
    assert np.allclose(plain.parameters["est"], full.parameters["est"], **SAME)
    assert np.allclose(plain.std_errors, full.std_errors, rtol=1e-6)
    assert np.isclose(plain.fit_measures["logl"], full.fit_measures["logl"], rtol=1e-9)
