"""Scales that no coefficient can judge: each function of one scale gives a message, or NaN, and never a wild number."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, DataWarning, MlbcError, MlbcWarning
from mlbc_stats.reliability.resampling.scale_intervals import COEFFICIENTS

RNG = np.random.default_rng(1)
ANSWERS = np.digitize(RNG.normal(size=(60, 1)) + RNG.normal(size=(60, 4)), [-1, 0, 1]).astype(float)
LARGEST = 1.05
"""A coefficient of reliability and the end of its interval; delta intervals may pass 1 by a little."""


def changed(column: int, values: Any) -> np.ndarray:
    out = ANSWERS.copy()
    out[:, column] = values
    return out


SCALES = {
    "one item": ANSWERS[:, :1],
    "two items": ANSWERS[:, :2],
    "the same item three times": np.repeat(ANSWERS[:, :1], 3, axis=1),
    "one item twice": changed(3, ANSWERS[:, 0]),
    "a constant item": changed(1, 2.0),
    "an item nobody answered": changed(2, np.nan),
    "two opposite items": np.column_stack([ANSWERS[:, 0], 3 - ANSWERS[:, 0] + (RNG.random(60) < 0.2)]),
    "items that covary negatively": np.column_stack(
        [ANSWERS[:, 0], 3 - ANSWERS[:, 0] + (RNG.random(60) < 0.3), RNG.integers(0, 4, 60)]
    ),
    "three cases": ANSWERS[[0, 3, 5]],
    "no case": ANSWERS[:0],
}
COEFFICIENT: dict[str, Callable[[Any], Any]] = {
    "alpha": reliability.alpha,
    "alpha, pairwise": lambda data: reliability.alpha(data, missing="pairwise"),
    "omega": reliability.omega,
    "ordinal_alpha": reliability.ordinal_alpha,
    "ordinal_omega": reliability.ordinal_omega,
    "guttman_bounds": reliability.guttman_bounds,
    "greatest_lower_bound": reliability.greatest_lower_bound,
    "split_half": reliability.split_half,
    "split_halves": reliability.split_halves,
    "scale_intervals": lambda data: reliability.scale_intervals(
        data, replications=20, seed=1, coefficients=list(COEFFICIENTS)
    ),
    "tau_equivalence": reliability.tau_equivalence,
    "tau_equivalence, ordinal": lambda data: reliability.tau_equivalence(data, ordered=True),
    "measurement_error": reliability.measurement_error,
    "measurement_error by alpha": lambda data: reliability.measurement_error(data, coefficient="alpha"),
    "measurement_error by glb": lambda data: reliability.measurement_error(data, coefficient="glb"),
}
TABLE: dict[str, Callable[[Any], Any]] = {
    "item_statistics": reliability.item_statistics,
    "item_statistics, pairwise": lambda data: reliability.item_statistics(data, missing="pairwise"),
    "dropped_statistics": reliability.dropped_statistics,
    "item_distribution": reliability.item_distribution,
    "item_distribution of type 2": lambda data: reliability.item_distribution(data, kind=2),
    "item_correlations": reliability.item_correlations,
    "polychoric item_correlations": lambda data: reliability.item_correlations(data, method="polychoric"),
    "multivariate_shape": reliability.multivariate_shape,
    "against_first_component": reliability.against_first_component,
    "first_component": reliability.first_component,
    "intraclass": reliability.intraclass,
}
REFUSED = {
    "one item": "two items or more",
    "a constant item": "constant: x2",
    "an item nobody answered": r"too few answers to x3 \(0\)",
    "two opposite items": "covary negatively on average|cannot be tested",
    "items that covary negatively": "covary negatively on average.*x2 runs against x1, x3",
    "no case": "too few complete answers",
}
"""What every coefficient refuses, and the words."""
OPPOSED = ("two opposite items", "items that covary negatively")
TELLING = ("alpha", "alpha, pairwise", "omega", "ordinal_alpha", "ordinal_omega")
"""Of opposed items these give what other programs print, with a warning that names the items to be reversed."""


def table(values: np.ndarray) -> dict[str, np.ndarray]:
    return {f"x{j + 1}": column for j, column in enumerate(values.T)}


def outcome(function: Callable[[Any], Any], values: np.ndarray) -> tuple[Any, str, list[str]]:
    """Result or None, the message, and our warnings; any other warning or exception is an error of the test."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("error")
        warnings.simplefilter("always", MlbcWarning)
        try:
            result, message = function(table(values)), ""
        except MlbcError as error:
            result, message = None, str(error)
    return result, message, [str(each.message) for each in caught]


def reliabilities(result: Any) -> list[float]:
    """Every number of a result that claims to be a reliability."""
    if isinstance(result, pd.DataFrame):
        return result[["est", "ci_lower", "ci_upper"]].to_numpy().ravel().tolist()
    names = ("alpha", "omega", "glb", "reliability", "maximum", "mean", "guttman", "lambda2", "lambda4")
    found = [getattr(result, name, np.nan) for name in (*names, "ci_lower", "ci_upper")]
    scores = hasattr(result, "sem")  # whose mean is that of scores
    return [
        value for name, value in zip((*names, "", ""), found, strict=True) if not (scores and name == "mean")
    ]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", COEFFICIENT)
def test_a_coefficient_refuses_or_stays_within_reason(name: str, scale: str) -> None:
    result, message, told = outcome(COEFFICIENT[name], SCALES[scale])
    if scale in OPPOSED and name in TELLING:
        assert any("negativ" in text for text in told) or len(message) > 20
        return
    if scale in REFUSED:
        assert result is None
        assert pd.Series([message]).str.contains(REFUSED[scale]).all(), message
    if result is None:
        assert len(message) > 20
        return
    known = [value for value in reliabilities(result) if np.isfinite(value)]
    assert all(-1 <= value <= LARGEST for value in known), known
    if "same" in scale or "twice" in scale:
        assert any("perfectly correlated: x1 and" in text for text in told)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", TABLE)
def test_tables_of_items_come_without_foreign_warnings(name: str, scale: str) -> None:
    result, message, _ = outcome(TABLE[name], SCALES[scale])
    assert len(message) > 20 if result is None else (is_dataclass(result) or result is not None)
    if isinstance(result, pd.DataFrame) and "alpha_dropped" in result:
        assert not (result["alpha_dropped"] < -1).any()


@pytest.mark.parametrize("scale", SCALES)
def test_a_summary_withholds_with_a_reason_and_gives_the_rest(scale: str) -> None:
    result, message, told = outcome(reliability.scale_summary, SCALES[scale])
    if result is None:
        assert len(message) > 20
        return
    assert not told and all(len(reason) > 20 for reason in result.withheld.values())
    values = result.coefficients[["value", "ci_lower", "ci_upper"]].to_numpy()
    assert not (np.abs(values[np.isfinite(values)]) > LARGEST).any()
    assert len(result.items) == result.n_items
    if "covary" in scale or "opposite" in scale:
        assert result.coefficients.empty and set(result.withheld) == {"alpha"}
    if "same" in scale or "twice" in scale:
        assert "omega" in result.withheld and any("perfectly correlated" in note for note in result.notes)


def test_a_summary_with_resamples_has_their_intervals() -> None:
    found = reliability.scale_summary(table(ANSWERS), replications=60, seed=1)
    drawn = reliability.scale_intervals(
        table(ANSWERS), replications=60, seed=1, coefficients=("alpha", "omega")
    )
    assert found.coefficients.loc["alpha", "ci_lower"] == drawn.loc["alpha", "ci_lower"]
    assert found.coefficients.loc["lambda4", "interval"] == "" and found.error.coefficient == "omega"


def test_a_joint_shape_needs_items_that_differ() -> None:
    for scale in ("one item twice", "the same item three times"):
        with pytest.warns(DataWarning, match="perfectly"), pytest.raises(DataError, match="collinear"):
            reliability.multivariate_shape(table(SCALES[scale]))


def test_retest_says_what_it_lacks() -> None:
    data = {"first": [1.0, 2.0, 3.0, 4.0], "same": [2.0] * 4, "empty": [np.nan, np.nan, 1.0, 2.0]}
    with pytest.raises(DataError, match="second occasion do not vary"):
        reliability.retest(data, "first", "same")
    with pytest.raises(DataError, match="2 people with a score on both"):
        reliability.retest(data, "first", "empty")
    with pytest.raises(DataError, match="1 items on the first occasion and 2"):
        reliability.retest(data, "first", ["same", "empty"])
    again = reliability.retest(data, "first", "first")
    assert again.r == 1 and again.sem == 0 and np.isnan(again.pvalue)
    assert all(f.name for f in fields(again))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"coefficients": ["beta"]}, "expected some of alpha, standardized"),
        ({"coefficients": []}, "expected some of"),
        ({"interval": "wild"}, "use one of percentile"),
        ({"replications": 1}, "expected two or more"),
        ({"level": 95}, "share between 0 and 1"),
        ({"cluster": [1, 2]}, "2 names of clusters for 60 rows"),
    ],
)
def test_arguments_of_intervals(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        reliability.scale_intervals(table(ANSWERS), **arguments)


def test_arguments_of_other_functions() -> None:
    data = table(ANSWERS)
    with pytest.raises(DataError, match="type 1, 2 or 3"):
        reliability.item_distribution(data, kind=4)
    with pytest.raises(DataError, match="expected omega, alpha, glb or a number"):
        reliability.measurement_error(data, coefficient="beta")
    with pytest.raises(DataError, match="outside 0 to 1"):
        reliability.measurement_error(data, coefficient=1.2)
