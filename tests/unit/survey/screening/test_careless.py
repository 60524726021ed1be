"""Indices of careless answering against numbers worked out by hand."""

from __future__ import annotations

import numpy as np

from mlbc_stats.survey.screening import careless

NAN = np.nan


def test_longest_run_skips_missing_answers() -> None:
    codes = np.array([[1, 1, 2, 2, 2, 1], [3, NAN, 3, NAN, NAN, 3], [1, 2, 1, 2, 1, 2], [NAN] * 6])
    assert careless.longest_run(codes).tolist() == [3, 3, 1, 0]


def test_longest_run_ends_with_the_page() -> None:
    codes = np.full((1, 6), 4.0)
    assert careless.longest_run_on_pages(codes, [(0, 1), (2, 3, 4), (5,)]).tolist() == [3]
    assert careless.longest_run_on_pages(codes, []).tolist() == [0]


def test_response_variability_is_the_standard_deviation_of_the_answers() -> None:
    rng = np.random.default_rng(1)
    codes = rng.integers(1, 8, (20, 15)).astype(float)
    codes[rng.random(codes.shape) < 0.2] = NAN
    expected = [np.std(row[~np.isnan(row)], ddof=1) for row in codes]
    np.testing.assert_allclose(careless.response_variability(codes), expected, rtol=1e-12)
    few = np.array([[4.0, NAN], [NAN, NAN]])
    assert np.isnan(careless.response_variability(few)).all()


def test_failed_checks_counts_answers_only() -> None:
    answers = np.array([[2.0, 6], [2, 5], [NAN, 5], [NAN, NAN]])
    assert careless.failed_checks(answers, np.array([2.0, 6])).tolist() == [0, 1, 1, 0]


def test_speed_and_relative_speed() -> None:
    np.testing.assert_array_equal(
        careless.seconds_per_answer(np.array([60.0, 60, NAN]), np.array([30, 0, 10])), [2, NAN, NAN]
    )
    np.testing.assert_array_equal(
        careless.relative_to_median(np.array([50.0, 100, NAN, 200])), [0.5, 1, NAN, 2]
    )
    assert np.isnan(careless.relative_to_median(np.array([NAN]))).all()


def test_only_later_rows_repeat_an_id() -> None:
    ids = np.array(["b", "a", "b", "NA", "b"], dtype=object)
    assert careless.repeated(ids).tolist() == [False, False, True, False, True]
