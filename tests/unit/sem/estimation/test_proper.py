"""A point is proper when its variances and covariance matrices could be those of variables."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.estimation.search.proper import proper
from tests.reference.corpus import read_table

HS = read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def result() -> sem.SemResult:
    return sem.cfa("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; x1 ~~ e*x4", HS)


@pytest.mark.parametrize(
    ("lhs", "rhs", "value", "expected"),
    [
        ("x1", "x1", -0.1, False),
        ("x1", "x1", 0.0, False),  # its residual correlates
        ("x2", "x2", 0.0, True),
        ("x2", "x2", -1e-12, True),
        ("visual", "textual", 5.0, False),
        ("x1", "x4", 5.0, False),
    ],
)
def test_variances_and_covariances(
    result: sem.SemResult, lhs: str, rhs: str, value: float, expected: bool
) -> None:
    theta = result.theta.copy()
    row = next(r for r in result.table.parameters if (r.lhs, r.op, r.rhs) == (lhs, "~~", rhs))
    theta[row.free - 1] = value
    assert proper(result.solution.rams, result.theta)
    assert proper(result.solution.rams, theta) is expected


def test_an_impossible_correlation_of_factors_is_passed_over() -> None:
    """Two factors behind one common cause: what the search keeps is no better than what it passes over."""
    rng = np.random.default_rng(8)
    common = rng.normal(size=(60, 1))
    data = dict(zip("abcdeh", (common + 0.7 * rng.normal(size=(60, 6))).T, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sem.cfa("f =~ a + b + c; g =~ d + e + h", data)
    assert fit.converged
    indefinite = any("covariance matrix of the latent variables" in text for text in fit.doubts)
    assert indefinite == (not proper(fit.solution.rams, fit.theta))
