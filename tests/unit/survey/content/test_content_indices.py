"""Indices of content validity against published tables and independent formulas."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from mlbc_stats.errors import DataError
from mlbc_stats.survey import content
from mlbc_stats.survey.raters.intervals import clopper_pearson, critical_majority, majority_pvalue

EXACT = 1e-12
PRINTED = 5.1e-4  # three printed decimals
KAPPA_TABLE = {  # BMC Health Services Research 17:513 (2017), doi 10.1186/s12913-017-2469-8, Table 10:
    (10, 10): (0.001, 1.00),  # (judges, agreeing) → chance agreement, κ*, as printed
    (10, 9): (0.010, 0.90),
    (10, 8): (0.044, 0.79),
    (10, 7): (0.117, 0.66),
    (9, 8): (0.018, 0.89),
    (9, 7): (0.070, 0.76),
    (9, 6): (0.164, 0.60),
}
CVR_PRINTED = """1 1 1 .75 .778 .8 .636 .667 .538 .571 .6 .5 .529 .444 .474 .5 .429 .455 .391 .417 .44 .385 .407
.357 .379 .333 .355 .375 .333 .353 .314 .333 .297 .316 .333 .3"""
CVR_TABLE = dict(zip(range(5, 41), map(float, CVR_PRINTED.split()), strict=True))
"""Ayre & Scally (2014): critical CVR by number of judges, exact, one-sided α = .05."""


@pytest.mark.parametrize(("judges", "agreeing"), KAPPA_TABLE)
def test_modified_kappa_equals_the_published_table(judges, agreeing):
    chance, kappa = KAPPA_TABLE[judges, agreeing]
    found = content.modified_kappa(agreeing, judges)
    assert found.value == pytest.approx(kappa, abs=0.005)
    exact = comb(judges, agreeing) / 2**judges
    assert exact == pytest.approx(chance, abs=0.0006)
    assert f"chance agreement {exact:.4f}" in found.note
    assert found.value == pytest.approx((agreeing / judges - exact) / (1 - exact), abs=EXACT)


@pytest.mark.parametrize("judges", CVR_TABLE)
def test_critical_cvr_equals_the_published_table(judges):
    assert content.critical_cvr(judges) == pytest.approx(CVR_TABLE[judges], abs=PRINTED)


@pytest.mark.parametrize(
    ("judges", "least"), [(5, 5), (6, 6), (8, 7), (9, 8), (10, 9), (12, 10), (15, 12), (20, 15)]
)
def test_psa_needs_the_counts_of_the_exact_test(judges, least):
    """9 of 10, 12 of 15, 15 of 20: one-sided, exact, α = .05."""
    assert critical_majority(judges) == least
    assert content.substantive_agreement(least, judges).met
    assert not content.substantive_agreement(least - 1, judges).met


@pytest.mark.parametrize("judges", range(1, 5))
def test_four_judges_can_show_nothing(judges):
    for found in (
        content.content_validity_ratio(judges, judges),
        content.substantive_agreement(judges, judges),
        content.substantive_validity([judges, 0], 0),
    ):
        assert found.met is None and "too few" in found.note
        assert found.pvalue > 0.05


@pytest.mark.parametrize("judges", [1, 7, 10, 33, 60])
def test_exact_probabilities_by_rational_arithmetic(judges):
    for count in range(judges + 1):
        tail = sum(Fraction(comb(judges, k), 2**judges) for k in range(count, judges + 1))
        assert majority_pvalue(count, judges) == pytest.approx(float(tail), rel=1e-10)
        assert clopper_pearson(count, judges, 0.9) == pytest.approx(
            proportion_confint(count, judges, alpha=0.1, method="beta"), abs=1e-10
        )
    critical = critical_majority(judges)
    if critical is not None:
        assert majority_pvalue(critical, judges) <= 0.05 < majority_pvalue(critical - 1, judges)


@pytest.mark.parametrize("judges", [3, 5, 6, 9, 10, 25])
def test_cvr_and_cvi_of_every_count(judges):
    for count in range(judges + 1):
        cvi, cvr = content.item_cvi(count, judges), content.content_validity_ratio(count, judges)
        assert cvr.value == pytest.approx((count - judges / 2) / (judges / 2), abs=EXACT)
        assert cvi.value == count / judges
        assert cvi.lower <= cvi.value <= cvi.upper
        assert (cvr.lower, cvr.upper) == pytest.approx((2 * cvi.lower - 1, 2 * cvi.upper - 1))
        assert cvi.met == (count == judges if judges <= 5 else round(count / judges, 2) >= 0.78)


def test_scale_cvi_of_a_published_example():
    """Twelve items, six experts: PMC7253559, Table 4; S-CVI/Ave = .97, S-CVI/UA = .83, two I-CVI of .83."""
    table = "444444 434344 444444 444344 344444 234334 444444 443444 334234 444344 444344 444344"
    ratings = [[int(mark) for mark in row] for row in table.split()]
    average, universal = content.scale_cvi_average(ratings), content.scale_cvi_universal(ratings)
    assert (average.value, universal.value) == pytest.approx((0.97, 0.83), abs=0.005)
    assert content.item_cvi(5, 6).value == pytest.approx(0.83, abs=0.005)
    assert average.met and universal.met


@pytest.mark.parametrize("seed", range(5))
def test_scale_cvi_equals_loops_with_missing_ratings(seed):
    generator = np.random.default_rng(seed)
    ratings = generator.integers(1, 5, size=(8, 6)).astype(float)
    ratings[generator.random(ratings.shape) < 0.2] = np.nan
    shares = [np.mean([r >= 3 for r in row if not np.isnan(r)]) for row in ratings]
    assert content.scale_cvi_average(ratings).value == pytest.approx(np.mean(shares), abs=EXACT)
    assert content.scale_cvi_universal(ratings).value == np.mean([share == 1 for share in shares])


@pytest.mark.parametrize("seed", range(8))
def test_csv_equals_counting_votes(seed):
    generator = np.random.default_rng(seed)
    votes = generator.integers(0, 4, size=15)
    counts = np.bincount(votes, minlength=4)
    rival = max(np.sum(votes == other) for other in (0, 1, 3))
    found = content.substantive_validity(counts, own=2)
    assert found.value == pytest.approx((np.sum(votes == 2) - rival) / 15, abs=EXACT)
    assert found.threshold == pytest.approx((2 * 12 - 15) / 15)
    assert found.met == (found.pvalue <= 0.05)


def test_csv_decides_as_its_p_value_does_for_every_vote():
    for judges in (5, 9, 10, 14):
        for own in range(judges + 1):
            for rival in range(judges - own + 1):
                third = judges - own - rival
                found = content.substantive_validity([own, rival, third], 0, draws=100)
                assert found.met == (found.pvalue <= 0.05), (own, rival, third)


def test_csv_of_judges_who_all_agree_has_an_interval_all_the_same():
    right, wrong = content.substantive_validity([10, 0], 0), content.substantive_validity([0, 10], 0)
    assert (right.lower, right.upper) == (2 * clopper_pearson(10, 10, 0.95)[0] - 1, 1.0)
    assert (wrong.lower, wrong.upper) == (-right.upper, -right.lower)


def test_csv_of_two_choices_is_the_exact_test_of_psa():
    for right in range(21):
        csv = content.substantive_validity([right, 20 - right], 0)
        psa = content.substantive_agreement(right, 20)
        assert csv.value == pytest.approx(2 * psa.value - 1, abs=EXACT)
        assert (csv.pvalue, csv.met) == (psa.pvalue, psa.met)


def test_resampled_intervals_equal_resampling_judges_one_by_one():
    generator = np.random.default_rng(9)
    own, other = generator.integers(1, 8, size=(2, 3, 12)).astype(float)
    other[0, 3] = np.nan
    found = content.definitional_distinctiveness(own, other[None], draws=4000, seed=2)
    differences = []
    for _ in range(4000):
        chosen = generator.integers(0, 12, size=12)
        differences.append(np.nanmean(own[:, chosen] - other[:, chosen], axis=1).mean() / 6)
    assert found.value == pytest.approx(np.nanmean(own - other, axis=1).mean() / 6, abs=EXACT)
    assert (found.lower, found.upper) == pytest.approx(np.quantile(differences, [0.025, 0.975]), abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_htc_and_htd_equal_loops(seed):
    generator = np.random.default_rng(seed)
    own = generator.integers(1, 8, size=(4, 9)).astype(float)
    others = generator.integers(1, 8, size=(3, 4, 9)).astype(float)
    htc = sum(own[i, j] / 7 for i in range(4) for j in range(9)) / 36
    htd = sum((own[i, j] - others[d, i, j]) / 6 for d in range(3) for i in range(4) for j in range(9)) / 108
    assert content.definitional_correspondence(own).value == pytest.approx(htc, abs=EXACT)
    assert content.definitional_distinctiveness(own, others).value == pytest.approx(htd, abs=EXACT)


def test_htc_and_htd_reach_their_bounds():
    best, worst = np.full((2, 5), 7.0), np.full((2, 5), 1.0)
    assert content.definitional_correspondence(best).value == 1.0
    assert content.definitional_distinctiveness(best, [worst]).value == 1.0
    assert content.definitional_distinctiveness(worst, [best, best]).value == -1.0


def test_norms_are_ordered_and_label_by_their_lower_bound():
    for index in ("psa", "csv", "htc", "htd"):
        for correlation in (None, 0.2, 0.4, 0.6):
            bounds = list(content.norm_bounds(index, correlation).values())
            assert bounds == sorted(bounds, reverse=True)
    assert content.describe_norm("htc", 4.35 / 5) == "strong"
    assert content.describe_norm("htd", 0.0) == "lacking"
    assert content.describe_norm("psa", 0.8, correlation=0.6) == "very strong"


def test_hit_ratio_counts_placements():
    hits = [[1, 0, np.nan], [1, 1, 1]]
    found = content.hit_ratio(hits)
    assert found.value == 4 / 5
    assert found.met is None  # its authors give no threshold
    assert found.lower <= found.value <= found.upper


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: content.item_cvi(11, 10), "count of 0 to 10"),
        (lambda: content.content_validity_ratio(0, 0), "at least one judge"),
        (lambda: content.scale_cvi_average([[5, 1]]), "row 1, judge 1: 5.0 is not 1 to 4"),
        (lambda: content.scale_cvi_universal([[np.nan, np.nan]]), "row 1 has no rating"),
        (lambda: content.definitional_correspondence([[8]]), "expected 1 to 7, got 8"),
        (lambda: content.definitional_distinctiveness([[1, 2]], [[[1]]]), "2 judges"),
        (lambda: content.substantive_validity([3], 0), "two choices"),
        (lambda: content.substantive_validity([3, -1], 0), "two choices"),
        (lambda: content.hit_ratio([[np.nan]]), "no item was placed"),
        (lambda: content.norm_bounds("cvi"), "expected one of psa"),
        (lambda: content.norm_bounds("psa", 2.0), "correlation from -1 to 1"),
        (lambda: content.Criteria(alpha=0.9), "alpha between"),
    ],
)
def test_wrong_input_says_what_is_wrong(call, message):
    with pytest.raises(DataError, match=message):
        call()
