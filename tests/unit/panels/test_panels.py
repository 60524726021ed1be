"""Panel models: the numbers of lavaan, the text that a reader gets, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import panels
from mlbc_stats.errors import DataError, ModelError

ROOT = Path(__file__).resolve().parents[2] / "reference"
HELD = json.loads((ROOT / "expected" / "panels.json").read_text(encoding="utf-8"))
DATA = pd.read_csv(ROOT / HELD["data"])
NEAR, NEAR_SE = 2e-4, 1e-3
"""lavaan stops at a relative change of 1e-14 of F, some 1e-5 off in the weakly determined variances of intercepts."""


@pytest.mark.parametrize("case", HELD["cases"], ids=lambda case: case["id"])
def test_numbers_are_those_of_lavaan(case):
    assert panels.model(case["kind"], ["x", "y"], case["waves"], case["equal"]) == case["model"]
    found = panels.fit(DATA, case["kind"], ["x", "y"], case["waves"], equal_lags=case["equal"])
    table = found.parameters
    rows = {f"{r.lhs} {r.op} {r.rhs}".strip(): r for r in table.itertuples()}
    for name, est, se, std in zip(case["names"], case["est"], case["se"], case["std"], strict=True):
        row = rows[name.strip()]
        assert row.est == pytest.approx(est, abs=NEAR), name
        assert row.se == pytest.approx(se, rel=NEAR_SE, abs=NEAR), name
        assert row.std_all == pytest.approx(std, abs=NEAR), name
    for name in ("npar", "chisq", "df", "logl", "cfi", "rmsea", "bic"):
        assert found.fit_measures[name] == pytest.approx(case["fit"][name], rel=1e-5, abs=1e-4), name


def test_what_was_drawn_is_recovered():
    found = panels.fit(DATA, "random_intercept", ["x", "y"], 4).parameters
    rows = found.drop_duplicates("label").set_index("label")
    for label, true in (("x_on_x", 0.4), ("x_on_y", 0.1), ("y_on_x", 0.25), ("y_on_y", 0.3)):
        assert abs(rows.loc[label, "est"] - true) < 3 * rows.loc[label, "se"]


def test_stable_differences_do_not_pass_for_effects():
    """Without lagged effects of one on the other, two waves find one that comes from what is stable."""
    rng = np.random.default_rng(4)
    stable = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 800)
    data = {}
    for t in range(1, 5):
        data[f"x_t{t}"], data[f"y_t{t}"] = (stable + rng.normal(size=(800, 2))).T
    plain = panels.fit(data, "cross_lagged", ["x", "y"], 4).parameters.drop_duplicates("label")
    apart = panels.fit(data, "random_intercept", ["x", "y"], 4).parameters.drop_duplicates("label")
    assert plain.set_index("label").loc["y_on_x", "ci_lower"] > 0
    row = apart.set_index("label").loc["y_on_x"]
    assert row["ci_lower"] < 0 < row["ci_upper"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("cross_laged", ["x", "y"], 3), "did you mean"),
        (("random_intercept", ["x", "y"], 2), "3 waves or more; got 2"),
        (("cross_lagged", ["x"], 3), "two variables or more"),
        (("latent_curve", "x", 3), "list of different names"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(ModelError, match=message):
        panels.model(*given)


def test_rows_of_waves_become_columns():
    long = pd.DataFrame({"u": [1, 1, 2], "w": [1, 2, 1], "x": [1.0, 2.0, 3.0]})
    wide = panels.widen(long, "u", "w", ["x"])
    assert list(wide.columns) == ["x_t1", "x_t2"] and np.isnan(wide.loc[2, "x_t2"])
    with pytest.raises(DataError, match="two rows of wave 1"):
        panels.widen(long.assign(w=1), "u", "w", ["x"])
    with pytest.raises(DataError, match="no such column"):
        panels.widen(long, "u", "wave", ["x"])
