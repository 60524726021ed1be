"""Shares of verdicts, bias, coverage and errors of sign and size, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.planning.monte_carlo.plan import Condition
from mlbc_stats.planning.monte_carlo.questions import Question
from mlbc_stats.planning.monte_carlo.summary import summarize
from mlbc_stats.sem.simulation.sample_fits import SampleFits

CONDITION = Condition(200, 0.2, 0.85, 7, 0.0, 1)
ONE = Question("M", ("y ~ x",), 1, 0.10, "single", "E", False)


def chunk(estimates, errors) -> SampleFits:
    b, e = np.array(estimates, dtype=float), np.array(errors, dtype=float)
    b, e = (v.reshape(len(v), -1) for v in (b, e))
    known = np.isfinite(b).all(axis=1)
    return SampleFits(b, e, known, known)


def test_verdicts_are_counted_and_samples_without_a_solution_count_as_not_supported() -> None:
    found = chunk([0.30, -0.30, 0.01, 0.15, np.nan], [0.1, 0.1, 0.03, 0.1, np.nan])
    (got,) = summarize([ONE], ["y ~ x"], np.array([0.2]), found, CONDITION, "S1", 0.95, 0.90)
    assert (got.power, got.opposite, got.negligible) == (0.2, 0.2, 0.2)
    assert got.converged == 0.8
    assert got.power_error == pytest.approx(np.sqrt(0.2 * 0.8 / 5))
    assert got.bias == pytest.approx(np.mean([0.30, -0.30, 0.01, 0.15]) - 0.2)
    assert got.coverage == 0.5  # 0.30 and 0.15 hold 0.2; -0.30 and 0.01 do not
    assert got.type_s == 0.5
    assert got.type_m == pytest.approx(1.5)


def test_joint_claims_need_every_part_and_report_the_weakest() -> None:
    both = Question("J", ("y ~ x", "y ~ z"), 1, 0.10, "intersection_union", "E", False)
    found = chunk([[0.3, 0.3], [0.3, 0.0], [0.3, 0.3], [0.3, 0.1]], [[0.1, 0.1]] * 4)
    (got,) = summarize([both], ["y ~ x", "y ~ z"], np.array([0.3, 0.2]), found, CONDITION, "S1", 0.95, 0.90)
    assert got.power == 0.5
    assert got.truth == 0.2


def test_holm_makes_confirmatory_families_harder() -> None:
    pair = [Question(name, (f"y ~ {name}",), 1, 0.10, "single", "A", True) for name in "xz"]
    found = chunk([[0.21, 0.0], [0.30, 0.21]], [[0.1, 0.1]] * 2)
    first, second = summarize(
        pair, ["y ~ x", "y ~ z"], np.array([0.2, 0.2]), found, CONDITION, "S1", 0.95, 0.90
    )
    assert (first.power, first.power_holm) == (1.0, 0.5)  # 2.1 errors: p = .036, more than .025
    assert (second.power, second.power_holm) == (0.5, 0.5)


def test_no_truth_no_error_of_sign() -> None:
    (got,) = summarize(
        [ONE], ["y ~ x"], np.zeros(1), chunk([0.3, 0.0], [0.1, 0.1]), CONDITION, "S1", 0.95, 0.90
    )
    assert np.isnan(got.type_s)
    assert np.isnan(got.relative_bias)
