"""The last bits of the data, in which processors differ as well, decide nothing that is shown."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.reference.corpus import read_table

HS = read_table("data/HolzingerSwineford1939.csv")
NAMES = [f"x{i}" for i in range(1, 10)]
COV = np.cov([HS[name] for name in NAMES])
BITS = 1e-13  # rounding after some hundred sums
SAME = 1e-6  # a minimum is found to about 1e-7 standard errors

# Every point of a valley fits as well as any other.
OPEN = {
    "two factors on three items": "f1 =~ x1 + x2 + x3\nf2 =~ x1 + x2 + x3",
    "no scale": "f =~ NA*x1 + x2 + x3 + x4 + x5",
    "two items": "f =~ x1 + x2",
    "two items a factor, one shared": "f1 =~ x4 + x5\nf2 =~ x6 + x4",
}


def fits(model: str) -> list[tuple[sem.SemResult, list[str]]]:
    """The same model on matrices that differ in their last bits, with the warnings of each."""
    rng, out = np.random.default_rng(11), []
    for _ in range(4):
        noise = rng.uniform(-BITS, BITS, COV.shape)
        cov = pd.DataFrame(COV * (1 + noise + noise.T), NAMES, NAMES)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", MlbcWarning)
            fit = sem.fit(model, sample_cov=cov, sample_nobs=301, fixed_x=False)
        out.append((fit, [str(each.message) for each in told]))
    return out


@pytest.mark.parametrize("model", OPEN.values(), ids=OPEN)
def test_estimates_errors_and_warnings_are_the_same(model: str) -> None:
    (first, told), *others = fits(model)
    for other, also in others:
        assert other.theta == pytest.approx(first.theta, abs=SAME)
        assert also == told
        for table in ("parameters", "standardized"):
            numbers = [getattr(fit, table).select_dtypes("number").to_numpy(float) for fit in (first, other)]
            np.testing.assert_allclose(*numbers, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(first.fit_measures, other.fit_measures, rtol=1e-5, atol=1e-5)


def test_a_baseline_that_fits_perfectly_gives_no_index() -> None:
    fit = sem.fit(
        "x1 ~~ x1\nx2 ~~ x2", sample_cov=pd.DataFrame(np.eye(2), NAMES[:2], NAMES[:2]), sample_nobs=90
    )
    shown = fit.fit_measures
    assert np.isnan([shown["nfi"], shown["rfi"]]).all()
