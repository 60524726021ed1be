"""Everything in one call: the parts are those of the single functions, and degenerate items leave a reason each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import ModelError

MODEL = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9"
NAMES = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(200, 3)).repeat(3, axis=1) + 0.7 * rng.normal(size=(200, 9))
    return pd.DataFrame(values, columns=NAMES)


def test_the_parts_are_those_of_the_single_functions(data: pd.DataFrame) -> None:
    found = reliability.measure(data, MODEL, marker="c", resamples=50, seed=3)
    fit = sem.cfa(MODEL, data, std_lv=True)
    ratios = reliability.htmt_intervals(data, found.scales, 50, seed=3)
    pd.testing.assert_frame_equal(found.ratios, ratios)
    pd.testing.assert_frame_equal(found.criteria, reliability.construct_criteria(fit, ratios))
    pd.testing.assert_frame_equal(found.discriminant.tests, reliability.discriminant_validity(fit).tests)
    assert found.reliability.loc["a", "alpha"] == reliability.alpha(data, NAMES[:3]).alpha
    assert found.marker is not None and found.detectable is not None and found.problems == ()


@pytest.mark.parametrize(
    ("change", "model", "told"),
    [
        ({}, "a =~ x1\nb =~ x4 + x5 + x6", "two items or more"),
        ({"x2": 1.0}, MODEL, "x2 is constant"),
        ({"x2": np.nan}, MODEL, "x2 has no value"),
        ({"x2": "double"}, MODEL, "collinear variables: x2 = 2 x1"),
        ({"x2": "turned", "x3": "noise"}, MODEL, "covary negatively"),
    ],
)
def test_what_cannot_be_given_has_its_reason(data: pd.DataFrame, change: dict, model: str, told: str) -> None:
    rng = np.random.default_rng(2)
    makes = {"double": 2 * data["x1"], "turned": -data["x2"], "noise": rng.normal(size=200) - data["x3"]}
    frame = data.assign(
        **{name: makes.get(how, how) if isinstance(how, str) else how for name, how in change.items()}
    )
    found = reliability.measure(frame, model, resamples=20)
    assert any(told in problem for problem in found.problems), found.problems
    assert len(found.reliability) == len(found.scales)


def test_one_construct_has_no_others_to_be_compared_with(data: pd.DataFrame) -> None:
    found = reliability.measure(data, "a =~ x1 + x2 + x3", resamples=20)
    assert found.problems == () and found.discriminant is None and found.fit is not None
    with pytest.raises(ModelError, match="measures nothing"):
        reliability.measure(data, "x1 ~ x2")
