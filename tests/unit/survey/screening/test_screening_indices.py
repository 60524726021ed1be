"""Indices of careless answering against numbers worked out by hand, and what they say of degenerate answers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from mlbc_stats.survey.screening.indices import alike, repeats, texts, times
from mlbc_stats.survey.screening.indices.consistency import even_odd
from mlbc_stats.survey.screening.indices.distance import distances
from mlbc_stats.survey.screening.indices.guttman import guttman_errors
from mlbc_stats.survey.screening.indices.moments import pair_moments
from mlbc_stats.survey.screening.indices.reversed_pairs import contradictions
from mlbc_stats.survey.screening.indices.runs import runs
from mlbc_stats.survey.screening.indices.variability import response_variability, split_variability

NAN = np.nan


@pytest.fixture
def answers() -> np.ndarray:
    rng = np.random.default_rng(1)
    codes = rng.integers(1, 8, (40, 9)).astype(float)
    codes[rng.random(codes.shape) < 0.15] = NAN
    return codes


def test_runs_skip_missing_answers_and_end_with_the_page() -> None:
    codes = np.array([[1, 1, 2, 2, 2, 1], [3, NAN, 3, NAN, NAN, 3], [1, 2, 1, 2, 1, 2], [NAN] * 6])
    found = runs(codes)
    assert found.longest.tolist() == [3, 3, 1, 0]
    np.testing.assert_array_equal(found.average, [2, 3, 1, NAN])
    paged = runs(np.full((1, 6), 4.0), [(0, 1), (2, 3, 4), (5,)])
    assert (paged.longest.tolist(), paged.average.tolist()) == ([3], [2])
    assert runs(codes, []).longest.tolist() == [0, 0, 0, 0]


def test_variability_is_the_standard_deviation_of_the_answers(answers: np.ndarray) -> None:
    expected = [np.std(row[~np.isnan(row)], ddof=1) for row in answers]
    np.testing.assert_allclose(response_variability(answers), expected, rtol=1e-12)
    assert np.isnan(response_variability(np.array([[4.0, NAN], [NAN, NAN]]))).all()
    parts = split_variability(answers, 3)
    np.testing.assert_array_equal(parts[:, 1], response_variability(answers[:, 3:6]))


def test_distances_with_gaps_are_those_of_the_answered_questions(answers: np.ndarray) -> None:
    moments = pair_moments(answers)
    found = distances(answers, moments)
    assert found is not None
    for row, codes in enumerate(answers):
        known = ~np.isnan(codes)
        deviation = codes[known] - moments.mean[known]
        whole = deviation @ np.linalg.solve(moments.cov[np.ix_(known, known)], deviation)
        assert found.squared[row] == pytest.approx(whole, rel=1e-9)


def test_distances_do_not_depend_on_units_and_order(answers: np.ndarray) -> None:
    rescaled = (answers * np.arange(1, 10) + 3)[:, ::-1]
    one, other = distances(answers, pair_moments(answers)), distances(rescaled, pair_moments(rescaled))
    assert one is not None and other is not None
    np.testing.assert_allclose(one.squared, other.squared, rtol=1e-8)


def test_answers_that_repeat_one_another_have_no_distance(answers: np.ndarray) -> None:
    constant, doubled = answers.copy(), answers.copy()
    constant[:, 0] = 4
    doubled[:, 0] = doubled[:, 1]
    for codes in (constant, doubled, answers[:4]):
        assert distances(codes, pair_moments(codes)) is None


def test_few_scales_or_pairs_give_no_consistency(answers: np.ndarray) -> None:
    assert np.isnan(even_odd(answers, [(0, 1), (2, 3), (4,)])).all()
    assert np.isnan(alike.pair_consistency(answers, np.array([[1, 0], [3, 2]]))).all()
    flat = even_odd(np.full((1, 6), 4.0), [(0, 1), (2, 3), (4, 5)])
    assert np.isnan(flat).all()


def test_pairs_are_correlated_as_if_written_out(answers: np.ndarray) -> None:
    pairs = np.array([[a, b] for a, b in product(range(9), range(9)) if a > b])
    found = alike.pair_consistency(answers, pairs)
    for row, codes in zip(found, answers, strict=True):
        x, y = codes[pairs[:, 0]], codes[pairs[:, 1]]
        both = ~np.isnan(x) & ~np.isnan(y)
        assert row == pytest.approx(np.corrcoef(x[both], y[both])[0, 1], abs=1e-9)


def test_guttman_errors_reach_their_bounds_and_ignore_the_order_of_items() -> None:
    rng = np.random.default_rng(3)
    steps = rng.integers(0, 4, (200, 4)).astype(float)
    found = guttman_errors([steps])
    assert np.nanmin(found.normed) >= 0 and np.nanmax(found.normed) == pytest.approx(1)
    np.testing.assert_allclose(guttman_errors([steps[:, ::-1]]).normed, found.normed)
    ends = guttman_errors([np.vstack([steps, np.zeros((1, 4)), np.full((1, 4), 3.0)])])
    assert np.isnan(ends.normed[-2:]).all()


def test_cases_count_on_scales_that_they_answered_in_full() -> None:
    rng = np.random.default_rng(4)
    one, other = (rng.integers(0, 4, (50, 3)).astype(float) for _ in range(2))
    gaps = other.copy()
    gaps[0, 0] = NAN
    assert guttman_errors([one, gaps]).errors[0] == guttman_errors([one]).errors[0]
    assert np.isnan(guttman_errors([gaps]).normed[0])


def test_the_middle_contradicts_nothing() -> None:
    pairs, middle = [(0, 1), (2, 3)], np.full(4, 4.0)
    codes = np.array([[7.0, 7, 1, 1], [4, 4, 4, 4], [7, 1, NAN, 2], [NAN, 1, NAN, NAN]])
    np.testing.assert_array_equal(contradictions(codes, pairs, middle), [1, 0, 0, NAN])
    assert np.isnan(contradictions(codes, [], middle)).all()


def test_speed_and_relative_speed() -> None:
    np.testing.assert_array_equal(
        times.seconds_per_answer(np.array([60.0, 60, NAN]), np.array([30, 0, 10])), [2, NAN, NAN]
    )
    assert np.isnan(times.relative_to_median(np.array([NAN]))).all()
    assert np.isnan(times.relative_to_median(np.zeros(3))).all()


def test_only_later_rows_repeat_an_id() -> None:
    ids = np.array(["b", "a", "b", "NA", "b"], dtype=object)
    assert repeats.repeated(ids).tolist() == [False, False, True, False, True]


def test_the_same_answers_are_found_with_their_gaps() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(1, 8, (500, 20)).astype(float)
    codes[7], codes[9] = codes[3], codes[3]
    codes[9, 0] = NAN
    found = repeats.same_answers(codes)
    assert np.flatnonzero(found).tolist() == [3, 7]
    match = repeats.greatest_match(codes)
    assert match[[3, 7, 9]].tolist() == [1, 1, 1] and np.delete(match, [3, 7, 9]).max() < 0.8
    assert np.isnan(repeats.greatest_match(codes[:, :9])).all()
    assert np.isnan(repeats.greatest_match(codes[:1])).all()


def test_texts_are_compared_without_case_and_signs() -> None:
    columns = [
        ["Saves a lot of time!", "saves a lot of time", "no", ""],
        ["", "", "Als KI-Modell weiß ich es nicht", ""],
    ]
    np.testing.assert_array_equal(texts.same_texts(columns), [NAN, NAN, 0, NAN])
    long = [["It saves a lot of our time!", "it saves a lot of our time", "", ""]]
    np.testing.assert_array_equal(texts.same_texts(long), [1, 1, NAN, NAN])
    np.testing.assert_array_equal(texts.machine_texts(columns), [0, 0, 1, NAN])
    assert texts.machine_texts([["I work as an AI engineer.", "The language model is good."]]).tolist() == [
        0,
        0,
    ]
