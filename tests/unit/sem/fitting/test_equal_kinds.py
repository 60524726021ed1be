"""Names of `group_equal` over ordinal and continuous items: what they hold equal in either version."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem

MODEL = "f =~ x1 + x2 + x3 + x4 + x5"
"""Three ordinal items of three categories and two continuous ones, in two groups."""

COUNTS = {
    (): (30, 30),
    ("loadings",): (26, 26),
    ("intercepts",): (26, 26),
    ("thresholds",): (26, 26),
    ("loadings", "intercepts"): (22, 22),
    ("loadings", "thresholds", "intercepts"): (22, 22),
    ("intercepts", "residuals"): (24, 21),
}
"""Free parameters in lavaan 0.6-14: delta, theta."""


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    answers = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
    answers[:, :3] = np.digitize(answers[:, :3], [-0.5, 0.6])
    return pd.DataFrame(answers, columns=["x1", "x2", "x3", "x4", "x5"]).assign(g=["A", "B"] * 100)


def fitted(items: pd.DataFrame, equal: tuple[str, ...], parameterization: str, compat: str) -> sem.SemResult:
    return sem.cfa(
        MODEL,
        items,
        ordered=["x1", "x2", "x3"],
        group="g",
        group_equal=equal,
        parameterization=parameterization,
        compat=compat,
        do_fit=False,
    )


@pytest.mark.parametrize("equal", COUNTS)
@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_the_older_version_takes_thresholds_and_intercepts_for_one(
    items: pd.DataFrame, equal: tuple[str, ...], parameterization: str
) -> None:
    table = fitted(items, equal, parameterization, "0.6").table
    assert table.n_free - len(table.simple_equalities) == COUNTS[equal][parameterization == "theta"]


def test_equal_intercepts_alone_are_told_to_leave_thresholds_free(items: pd.DataFrame) -> None:
    fit = fitted(items, ("loadings", "intercepts"), "delta", "0.7")
    assert fit.table.n_free - len(fit.table.simple_equalities) == 24
    assert any("thresholds stay free over groups" in text for text in fit.warnings)
