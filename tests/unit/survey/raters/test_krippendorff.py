"""Krippendorff's α against his published example, pair counts by brute force, and other coefficients."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters import category_counts, fleiss_kappa, krippendorff_alpha

NAN = np.nan
CANONICAL = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Four observers, twelve units: Krippendorff, "Computing Krippendorff's alpha-reliability", example C (2007, 2011)."""
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
PRINTED = 5.01e-4  # three decimals, the last one rounded (and once cut off) in print
EXACT = 1e-12


def by_pairs(ratings: np.ndarray, metric: str) -> float:
    """1 − D_o/D_e with every pair of ratings taken one by one."""
    units = [unit[~np.isnan(unit)] for unit in ratings]
    units = [unit for unit in units if len(unit) > 1]
    pool = np.concatenate(units)

    def distance(a: float, b: float) -> float:
        if metric == "nominal":
            return float(a != b)
        if metric == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = np.sum((pool >= low) & (pool <= high))
        return (between - (np.sum(pool == low) + np.sum(pool == high)) / 2) ** 2 if low != high else 0.0

    observed = sum(
        sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units
    ) / len(pool)
    expected = sum(distance(a, b) for a, b in permutations(pool, 2)) / (len(pool) * (len(pool) - 1))
    return 1 - observed / expected


@pytest.mark.parametrize("metric", PUBLISHED)
def test_the_published_example(metric):
    found = krippendorff_alpha(CANONICAL, metric)
    assert found.value == pytest.approx(PUBLISHED[metric], abs=PRINTED)
    assert found.n == 11  # the twelfth unit has one rating
    assert found.lower < found.value < found.upper
    assert found.threshold == 0.80
    assert "doi" in found.source


@pytest.mark.parametrize("metric", PUBLISHED)
@pytest.mark.parametrize("seed", range(8))
def test_equals_brute_force_pair_counts(metric, seed):
    generator = np.random.default_rng(seed)
    ratings = generator.integers(1, 6, size=(9, 4)).astype(float)
    ratings[generator.random(ratings.shape) < 0.25] = NAN
    assert krippendorff_alpha(ratings, metric).value == pytest.approx(by_pairs(ratings, metric), abs=EXACT)


@pytest.mark.parametrize("metric", PUBLISHED)
def test_every_resample_equals_the_coefficient_of_its_units(metric):
    from mlbc_stats.survey.raters.intervals import draw_weights
    from mlbc_stats.survey.raters.krippendorff import _alpha, _pairable

    counts, scale = _pairable(CANONICAL, metric)
    units = CANONICAL[np.sum(~np.isnan(CANONICAL), axis=1) > 1]
    weights = draw_weights(len(units), 20, seed=3)
    for weight, value in zip(weights, _alpha(weights, counts, scale, metric), strict=True):
        assert value == pytest.approx(
            by_pairs(np.repeat(units, weight.astype(int), axis=0), metric), abs=1e-10
        )


def test_the_interval_repeats_with_the_seed_and_widens_with_the_level():
    first, again = (krippendorff_alpha(CANONICAL, "ordinal", seed=5) for _ in range(2))
    assert (first.lower, first.upper) == (again.lower, again.upper)
    wide = krippendorff_alpha(CANONICAL, "ordinal", level=0.99, seed=5)
    assert wide.lower <= first.lower <= first.upper <= wide.upper


def test_the_interval_covers_most_true_values():
    """400 samples of 60 units, 3 raters who see the truth with probability .8 and guess among 3 otherwise."""
    generator = np.random.default_rng(11)
    true = 0.64  # two raters share 1/3 + 2/3 · .8² of their ratings; α of the population is .8²
    covered = 0
    for sample in range(400):
        truth = generator.integers(0, 3, size=(60, 1))
        guesses = generator.integers(0, 3, size=(60, 3))
        ratings = np.where(generator.random((60, 3)) < 0.8, truth, guesses)
        found = krippendorff_alpha(ratings, draws=300, seed=sample)
        covered += found.lower <= true <= found.upper
    assert 0.90 <= covered / 400 <= 0.98


def test_nominal_alpha_is_near_fleiss_kappa_and_texts_do_as_well_as_numbers():
    generator = np.random.default_rng(2)
    ratings = generator.integers(0, 3, size=(40, 5))
    n = ratings.size
    kappa = fleiss_kappa(category_counts(ratings)[0]).value
    alpha = krippendorff_alpha(ratings).value
    assert alpha == pytest.approx(
        kappa + (1 - kappa) / n, abs=EXACT
    )  # Krippendorff (2019): the small-sample term
    assert krippendorff_alpha(np.array(["no", "yes", "maybe"])[ratings]).value == pytest.approx(
        alpha, abs=EXACT
    )


def test_invariance():
    ordinal = krippendorff_alpha(CANONICAL, "ordinal").value
    assert krippendorff_alpha(CANONICAL**3, "ordinal").value == pytest.approx(ordinal, abs=EXACT)
    interval = krippendorff_alpha(CANONICAL, "interval").value
    assert krippendorff_alpha(CANONICAL * 7 - 100, "interval").value == pytest.approx(interval, abs=1e-10)
    assert krippendorff_alpha(CANONICAL[::-1, ::-1], "interval").value == pytest.approx(interval, abs=EXACT)


def test_perfect_and_undefined():
    assert krippendorff_alpha([[1, 1], [2, 2], [1, 1]]).value == 1.0
    none = krippendorff_alpha([[4, 4], [4, 4]], "interval")
    assert np.isnan([none.value, none.lower, none.upper]).all()
    assert none.met is None and "the same" in none.note


@pytest.mark.parametrize(
    ("ratings", "metric", "message"),
    [
        ([[1, 2]], "cardinal", "expected one of nominal"),
        ([["a", "b"]], "ordinal", "needs numbers"),
        ([[1, NAN], [NAN, 2]], "nominal", "no unit has two ratings"),
        ([1, 2], "nominal", "two dimensions"),
        ([[1, "a"]], "nominal", "mixed"),
    ],
)
def test_what_cannot_be_rated_says_so(ratings, metric, message):
    with pytest.raises(DataError, match=message):
        krippendorff_alpha(np.array(ratings, dtype=object), metric)
