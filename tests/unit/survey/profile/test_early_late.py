"""Early against late respondents: numbers of R, and what cannot be compared."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.profile import early_late as module

EXPECTED = json.loads(
    (Path(__file__).parents[3] / "reference" / "expected" / "equivalence.json").read_text(encoding="utf-8")
)
FORMULA = 1e-10


def timed(n: int = 300, shift: float = 0.0) -> survey.Responses:
    """Clean answers in a known order of time; the later half answers higher by `shift`."""
    drawn = survey.simulate(survey.pilot_population().clean(), n=n, seed=3)
    codes = drawn.codes + np.where(np.arange(n)[:, None] >= n / 2, shift, 0)
    order = np.random.default_rng(1).permutation(n)
    ended = pd.Series([f"2026-03-01 {k // 60:02}:{k % 60:02}:00" for k in range(n)])
    ordered = dataclasses.replace(drawn, codes=codes, paradata=drawn.paradata.assign(ended=ended))
    return dataclasses.replace(
        ordered, codes=codes[order], paradata=ordered.paradata.iloc[order].reset_index(drop=True)
    )


def test_the_numbers_are_those_of_r() -> None:
    early, late = np.array(EXPECTED["early"]), np.array(EXPECTED["late"])
    row = module._compared("x", early, late, EXPECTED["margin"], 0.05)
    for name in ("difference", "d", "pvalue", "p_equivalent", "lower", "upper"):
        assert row[name] == pytest.approx(EXPECTED[name], rel=FORMULA, abs=FORMULA), name


def test_cases_are_taken_by_time_and_differences_found() -> None:
    same = survey.early_late(timed())
    assert same["early_n"].max() <= 100 and (same["finding"] == "equivalent").mean() > 0.8
    higher = survey.early_late(timed(shift=2.0)).set_index("scale")
    assert (higher.loc["tc_pace", "difference"] > 0.5) and higher.loc["tc_pace", "finding"] == "different"


def test_fewer_cases_leave_it_undecided() -> None:
    assert "undecided" in set(survey.early_late(timed(24))["finding"])


def test_a_file_without_times_is_told() -> None:
    with pytest.raises(ResponseError, match="does not tell when cases answered"):
        survey.early_late(survey.simulate(survey.pilot_population(), n=20, seed=1))


@pytest.mark.parametrize("options", [{"share": 0.6}, {"share": 0.0}, {"margin": 0.0}, {"level": 0.5}])
def test_senseless_choices_are_refused(options) -> None:
    with pytest.raises(ResponseError, match="expected a share"):
        survey.early_late(timed(20), **options)
