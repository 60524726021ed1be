"""200 seeded cases, a random part of the questions each; `make fuzz` asks all of them of as many cases as wanted."""

from __future__ import annotations

import pytest

from tests.fuzz.running import run_case

SEED, CASES, PARTS, QUESTIONS = 11, 200, 10, 8

# fmt: off
LONG = frozenset({
    2, 4, 10, 13, 16, 20, 33, 36, 37, 39, 48, 59, 63, 65, 70, 72, 74, 75, 80, 82, 83, 85, 86, 87, 90,
    91, 95, 99, 101, 102, 105, 107, 115, 124, 128, 135, 136, 139, 142, 145, 157, 162, 163, 164, 173,
    175, 180, 182, 186, 189, 194, 196, 199, 203, 205, 206, 207, 208, 211, 212, 213, 221, 224, 225, 232,
    233, 237, 240, 241, 245, 247, 248, 249, 253, 254, 266, 270,
})
# fmt: on
"""Cases that take more than 0.4 seconds: searches from many starts that end nowhere. `make fuzz` runs them."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_foreign_and_no_impossible_number(part: int) -> None:
    numbers = [k for k in range(CASES + len(LONG)) if k not in LONG][part::PARTS]
    faults = [fault for k in numbers for fault in run_case(SEED, k, QUESTIONS).faults]
    assert not faults, "\n".join(f"{f.question}: {f.what} [{f.where}]\n{f.case}" for f in faults)


FOUND = [(3, 82), (4, 7), (4, 16), (4, 173), (4, 181), (5, 8), (5, 292), (5, 367), (5, 378), (6, 2), (8, 29)]
"""Cases that found a fault with a question the others are not asked: residual variances below zero in resamples (4-7,
6-2) and correlations (4-16), curvature without rank in scores (4-173), ordinal residuals with plain errors (4-181),
residual tests with weights (5-8) and singular information (3-82, 5-292, 5-367), a negative statistic (5-378),
errors where a search ended at 1e50 (8-29)."""


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "number"), FOUND)
def test_what_was_found_stays_mended(seed: int, number: int) -> None:
    faults = run_case(seed, number).faults
    assert not faults, "\n".join(f"{f.question}: {f.what} [{f.where}]\n{f.case}" for f in faults)
