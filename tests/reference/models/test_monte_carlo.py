"""Power, coverage, bias and rejection agree with lavaan fitted to samples of its own, within the errors of both."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from tests.reference.corpus import load_case

CASE = load_case("w03_montecarlo")
STORED = {result["n"]: result for result in CASE["expected"]["results"]}
REPLICATIONS = 4000
"""So many that the error is that of the stored 500 samples alone."""

SHARE = 0.045  # power and coverage: two standard errors of the stored share at its widest
SE_BIAS = 0.08


@pytest.mark.parametrize("n", STORED)
def test_structural_model(n: int) -> None:
    expected = STORED[n]
    drawn = sem.monte_carlo(
        CASE["input"]["population_model"], n, REPLICATIONS, model=CASE["input"]["analysis_model"], seed=1
    )
    table = drawn.table()
    for stored in expected["params"]:
        row = table.loc[stored["param"]]
        assert row["population"] == pytest.approx(stored["true"], abs=1e-6)
        assert row["mean"] == pytest.approx(
            stored["mean_est"], abs=3 * stored["sd_est"] / np.sqrt(expected["reps"])
        )
        assert row["sd"] == pytest.approx(stored["sd_est"], rel=0.12)
        assert row["mean_se"] == pytest.approx(stored["mean_se"], rel=0.02)
        assert row["mean_se"] / row["sd"] - 1 == pytest.approx(stored["se_bias"], abs=SE_BIAS)
        assert row["coverage"] == pytest.approx(stored["coverage95"], abs=SHARE)
        assert row["power"] == pytest.approx(stored["power"], abs=SHARE)
    assert drawn.df == expected["chisq_df"]
    assert drawn.chisq[drawn.converged].mean() == pytest.approx(
        expected["chisq_mean"], abs=4 * np.sqrt(48 / 500)
    )
    assert drawn.rejection() == pytest.approx(expected["reject05"], abs=SHARE)
    assert drawn.converged.mean() > 0.995
