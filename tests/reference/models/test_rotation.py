"""Rotated solutions equal lavaan's: loadings, order and signs of factors, covariances, structural paths, errors."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataWarning
from tests.reference.corpus import HERE, Case, read_table

# lavaan's gradient projection stops at a gradient of 1e-5 to 1e-6; its criteria are flat, so loadings keep 3e-4.
ESTIMATE = 3e-4
# Bordered information at a rotation that is off by as much.
ERROR = 2e-3

STORED = json.loads((HERE / "expected" / "rotation.json").read_text(encoding="utf-8"))["cases"]
CASES = {case["id"]: case for case in STORED}


def fit(case: Case) -> sem.SemResult:
    data = read_table("data/HolzingerSwineford1939.csv")
    arguments = {"rotation": case["rotation"], "rotation_args": case["rotation_args"] or None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # a row without grade
        return sem.cfa(case["model"], data, **arguments, **(case["fit"] or {}))


@pytest.mark.parametrize("name", CASES)
def test_rotated_solution(name: str) -> None:
    case = CASES[name]
    table = fit(case).parameters.set_index(["lhs", "op", "rhs", "group"])
    for row in case["parameters"]:
        group = row["group"] if row["op"] != ":=" else 0
        ours = table.loc[(row["lhs"], row["op"], row["rhs"], group)]
        where = f"{row['lhs']} {row['op']} {row['rhs']} {group}"
        assert ours["est"] == pytest.approx(row["est"], abs=ESTIMATE, rel=ESTIMATE), where
        if row.get("std.all") is not None:
            assert ours["std_all"] == pytest.approx(row["std.all"], abs=ESTIMATE), where
        if row.get("se"):
            assert ours["se"] == pytest.approx(row["se"], rel=ERROR), where


def test_errors_are_compared_somewhere() -> None:
    compared = [row for case in STORED for row in case["parameters"] if row.get("se")]
    assert len(compared) > 100
    assert np.all([row["se"] > 0 for row in compared])
