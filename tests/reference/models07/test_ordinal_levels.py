"""Two levels of ordinal items: lavaan's numbers with lavaan's integrals, and how far these are from the integrals."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.reference.corpus import load_case, read_table

CASE = load_case("v06_twolevel_wlsmv")
OF_LAVAAN = (21, 13)
"""Gauss-Hermite nodes of lavaan 0.7-2 for items, and for each item of a pair."""
ESTIMATES, ERRORS = 5e-5, 2e-4
"""lavaan ends its searches of the first steps there; the limits of the case's class are 1e-3 and 5e-3."""


def fitted(**options: Any) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.cfa(
            CASE["fit"]["model"], read_table(CASE["data"]["file"]), **CASE["fit"]["args"], **options
        )


def test_every_parameter_is_lavaans_with_its_nodes() -> None:
    rows = fitted(integration_ngh=OF_LAVAAN).parameters
    found = {
        tuple(row[:4]): row for row in rows[["lhs", "op", "rhs", "level", "est", "se"]].to_numpy().tolist()
    }
    expected = {
        (row["lhs"], row["op"], row["rhs"], row["level"]): row for row in CASE["expected"]["parameters"]
    }
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        assert found[key][4] == pytest.approx(row["est"], rel=ESTIMATES, abs=ESTIMATES), key
        assert found[key][5] == pytest.approx(row["se"], rel=ERRORS, abs=1e-9), key


def test_converged_integrals_differ_from_lavaans() -> None:
    """The fourth item does not belong to the factor between clusters (its covariances are those of noise)."""
    enough, few = (
        fitted(**how).parameters.query("op == '=~' and level == 2")
        for how in ({}, {"integration_ngh": OF_LAVAAN})
    )
    assert enough["est"].to_numpy()[-1] == pytest.approx(0.0733, abs=5e-4)
    assert few["est"].to_numpy()[-1] == pytest.approx(0.2177, abs=5e-4)
    assert np.abs(enough["z"].to_numpy()[-1]) < 1.96 < few["z"].to_numpy()[-1]
