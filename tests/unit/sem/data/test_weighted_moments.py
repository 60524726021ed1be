"""Sampling weights of continuous variables under least squares and the Wishart likelihood: the divisor is Σw."""

from __future__ import annotations

import json

import pytest

from tests.reference.adapter import run_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import HERE

MODELS = json.loads((HERE / "expected" / "weighted_moments.json").read_text(encoding="utf-8"))["models"]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.MlbcWarning")
def test_weighted_moments(name: str) -> None:
    stored = MODELS[name]
    case = {**stored, "id": name, "kind": "sem", "data": {"file": stored["data"]}, "tolerance_class": "tight"}
    assert compare_sem(case, shape_result(run_case(case, compat="0.6"), ["parameters", "tests", "fit"])) == []
