"""Cohen's and Fleiss' κ against published examples, statsmodels, and resampling."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters import category_counts, cohen_kappa, fleiss_kappa
from mlbc_stats.survey.raters.cohen import _weights

EXACT = 1e-12
PRINTED = 5e-4  # three printed decimals
COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
"""Cohen (1960), Table 1: proportions .44 .07 .09, .05 .20 .05, .01 .03 .06 of n = 200; κ = .492."""
FLEISS = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""
"""Fleiss (1971), Table 1: six diagnoses of each of 30 patients; κ = .430."""
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
"""Ten subjects and fourteen raters, the worked example of encyclopedias; κ = .210."""


def spread(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of two raters that give this cross table."""
    rows, columns = np.indices(table.shape)
    return np.repeat(rows.ravel(), table.ravel()), np.repeat(columns.ravel(), table.ravel())


def diagnoses() -> np.ndarray:
    return np.array([[int(mark) for mark in unit] for unit in FLEISS.split()])


def test_published_values():
    assert cohen_kappa(*spread(COHEN)).value == pytest.approx(0.492, abs=PRINTED)
    assert fleiss_kappa(category_counts(diagnoses())[0]).value == pytest.approx(0.430, abs=PRINTED)
    assert fleiss_kappa(FOURTEEN).value == pytest.approx(0.210, abs=PRINTED)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
@pytest.mark.parametrize("seed", range(5))
def test_cohen_equals_statsmodels(weights, seed):
    from statsmodels.stats.inter_rater import cohens_kappa

    table = np.random.default_rng(seed).integers(1, 12, size=(4, 4))
    other = cohens_kappa(table, wt=None if weights == "none" else weights)
    found = cohen_kappa(*spread(table), weights=weights)
    assert found.value == pytest.approx(other.kappa, abs=EXACT)
    assert found.error == pytest.approx(other.std_kappa, abs=EXACT)
    assert found.pvalue == pytest.approx(other.pvalue_two_sided, abs=1e-10)
    assert (found.lower, found.upper) == pytest.approx((other.kappa_low, other.kappa_upp), abs=1e-10)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_cohen_error_is_the_delta_method_by_numerical_derivatives(weights):
    def kappa(p):
        w, size = _weights(3, weights), p.reshape(3, 3)
        chance = np.sum(w * np.outer(size.sum(axis=1), size.sum(axis=0)))
        return (np.sum(w * size) - chance) / (1 - chance)

    p, step = COHEN.ravel() / 200, 1e-6
    moved = [(p + step * unit) / (1 + step) for unit in np.eye(9)]
    influence = np.array([(kappa(q) - kappa(p)) / step for q in moved])
    error = np.sqrt((p @ influence**2 - (p @ influence) ** 2) / 200)
    assert cohen_kappa(*spread(COHEN), weights=weights).error == pytest.approx(error, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_cohen_equals_pair_counts(seed):
    """κ as one minus the observed share of disagreement over that of all cross pairings of the two raters."""
    first, second = np.random.default_rng(seed).integers(0, 3, size=(2, 30))
    observed = np.mean([a != b for a, b in zip(first, second, strict=True)])
    expected = np.mean([a != b for a in first for b in second])
    assert cohen_kappa(first, second).value == pytest.approx(1 - observed / expected, abs=EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_equals_statsmodels_and_pair_counts(seed):
    from statsmodels.stats.inter_rater import fleiss_kappa as other

    ratings = np.random.default_rng(seed).integers(0, 4, size=(15, 5))
    counts = category_counts(ratings)[0]
    found = fleiss_kappa(counts).value
    assert found == pytest.approx(other(counts), abs=EXACT)
    observed = np.mean([[a == b for a, b in combinations(unit, 2)] for unit in ratings])
    expected = np.mean([a == b for a in ratings.ravel() for b in ratings.ravel()])
    assert found == pytest.approx((observed - expected) / (1 - expected), abs=EXACT)


def test_fleiss_error_is_that_of_resampled_units():
    """The linearized error is within a few percent of the jackknife's, which shares no formula with it."""
    counts = category_counts(diagnoses())[0]
    n = len(counts)
    left_out = np.array([fleiss_kappa(np.delete(counts, unit, axis=0)).value for unit in range(n)])
    jackknife = np.sqrt((n - 1) / n * np.sum((left_out - left_out.mean()) ** 2))
    assert fleiss_kappa(counts).error == pytest.approx(jackknife, rel=0.05)


def test_fleiss_error_under_chance_is_right_by_simulation():
    generator = np.random.default_rng(4)
    shares = [0.5, 0.3, 0.2]
    drawn = generator.multinomial(6, shares, size=(1500, 30))
    found = [fleiss_kappa(sample) for sample in drawn]
    assert abs(np.mean([index.value for index in found])) < 0.01
    pvalues = np.array([index.pvalue for index in found])
    assert 0.035 <= np.mean(pvalues < 0.05) <= 0.065


def test_missing_ratings_of_two_raters_are_left_out_in_pairs():
    found = cohen_kappa(["a", "b", None, "a"], ["a", "b", "b", None])
    assert (found.value, found.n) == (1.0, 2)


def test_no_variation_is_not_agreement():
    for found in (cohen_kappa([1, 1], [1, 1]), fleiss_kappa([[3, 0], [3, 0]])):
        assert np.isnan(found.value) and found.met is None and "one category" in found.note


def test_a_threshold_is_reached_in_spite_of_rounding():
    assert cohen_kappa(*spread(np.array([[9, 1], [1, 9]]))).met  # κ = .8
    assert cohen_kappa([1, 2], [2, 1]).met is False


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cohen_kappa([1, 2], [1]), "got 2 and 1"),
        (lambda: cohen_kappa([1, None], [None, 1]), "no unit has ratings of both"),
        (lambda: cohen_kappa([1, 2], [1, 2], weights="cubic"), "got 'cubic'"),
        (lambda: fleiss_kappa([[2, 1], [1, 1]]), "same number of raters"),
        (lambda: fleiss_kappa([[1, 0], [0, 1]]), "two or more"),
        (lambda: fleiss_kappa([]), "at least one unit"),
    ],
)
def test_wrong_input_says_what_is_wrong(call, message):
    with pytest.raises(DataError, match=message):
        call()
