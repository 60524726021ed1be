"""Ordinal items over groups: the steps of Wu and Estabrook, as syntax and as `sem.invariance`, and difference tests."""

from __future__ import annotations

import json
import warnings
from functools import cache
from typing import Any

import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.reference.adapter import translate
from tests.reference.corpus import HERE, read_table
from tests.reference.tolerance import ORDINAL

GROUPS = HERE / "expected" / "ordinal" / "groups"
WU = ("wu_ord4_theta", "wu_ord4_delta", "wu_ord3_theta", "wu_ord3_delta", "wu_ord2_theta", "wu_ord2_delta")
# Our steps for semTools' ones.
STEPS = {"configural": "configural", "thresholds": "thresholds", "loadings": "metric", "intercepts": "scalar",
         "residuals": "strict", "means": "means"}  # fmt: skip
# Nearly empty categories and binary items make scale factors weakly determined; both sides stop within this.
P_VALUE = 1e-4
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@cache
def stored(name: str) -> dict[str, Any]:
    return json.loads((GROUPS / f"{name}.json").read_text(encoding="utf-8"))


def solved(name: str) -> list[str]:
    return [step for step, model in stored(name)["steps"].items() if model.get("converged")]


@cache
def fitted(name: str, step: str) -> sem.SemResult:
    """The model text that semTools wrote, through `sem.fit`."""
    model = stored(name)["steps"][step]
    arguments = {key: value for key, value in model["args"].items() if value != []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        data = read_table(stored(name)["data"]["file"])
        return sem.fit(model["model"], data, kind=model["fun"], **translate(arguments))


@pytest.mark.parametrize(("name", "step"), [(name, step) for name in WU for step in solved(name)])
def test_written_out_model(name: str, step: str) -> None:
    expected, got = stored(name)["steps"][step], fitted(name, step)
    measures = expected["fit_measures"]
    assert got.converged
    assert got.fit_measures["df"] == measures["df"]
    for ours, theirs in (("chisq", "chisq"), ("chisq_scaled", "chisq.scaled")):
        assert got.fit_measures[ours] == pytest.approx(measures[theirs], rel=ORDINAL.chisq)
    frame = got.parameters.set_index(["lhs", "op", "rhs", "group"])
    for row in expected["parameters"]:
        if row["op"] == "==":
            continue
        own = frame.loc[row["lhs"], row["op"], row["rhs"], row["group"]]
        assert own["est"] == pytest.approx(row["est"], abs=ORDINAL.estimate * max(1, abs(row["est"]))), row
        if row["se"]:
            assert own["se"] == pytest.approx(row["se"], rel=ORDINAL.error), row


@pytest.mark.parametrize("name", WU[::2])
def test_invariance_takes_the_same_steps(name: str) -> None:
    file = stored(name)
    ordered = file["steps"]["configural"]["args"]["ordered"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        got = sem.invariance(MODEL, read_table(file["data"]["file"]), group="school", ordered=ordered)
    theirs = {STEPS[step]: file["steps"][step] for step in solved(name)}
    for step in got.steps:
        measures = theirs[step]["fit_measures"]
        assert got.table.loc[step, "df"] == measures["df"]
        assert got.table.loc[step, "chisq"] == pytest.approx(measures["chisq"], rel=ORDINAL.chisq)
        assert got.table.loc[step, "chisq_scaled"] == pytest.approx(
            measures["chisq.scaled"], rel=ORDINAL.chisq
        )


def differences(name: str) -> list[str]:
    """Tests that are served: lavaan's 2001 method also takes tests that are not scaled by one factor, ours refuses."""
    return [
        key
        for key, test in stored(name)["lrt"].items()
        if test["table"]
        and test["args"].get("A.method", "delta") == "delta"
        and (name.endswith("WLSM") or "2001" not in test["args"].get("method", ""))
    ]


@pytest.mark.parametrize(
    ("name", "test"), [(name, test) for name in (*WU[:3], "wu_ord4_theta_WLSM") for test in differences(name)]
)
def test_difference(name: str, test: str) -> None:
    file = stored(name)["lrt"][test]
    arguments = translate({key: value for key, value in file["args"].items() if key != "A.method"})
    method = arguments.pop("method", "default").replace(".", "_")
    free, restricted = (fitted(name, step) for step in file["models"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        got = sem.compare(free, restricted, method=method, check=False, **arguments)
    row, ours = file["table"][1], got.table.iloc[1]
    assert pd.notna(row["Chisq diff"])
    assert ours["df_diff"] == pytest.approx(row["Df diff"], rel=ORDINAL.chisq)
    assert ours["chisq_diff"] == pytest.approx(row["Chisq diff"], rel=ORDINAL.chisq, abs=ORDINAL.index)
    assert ours["pvalue"] == pytest.approx(row["Pr(>Chisq)"], abs=P_VALUE)
