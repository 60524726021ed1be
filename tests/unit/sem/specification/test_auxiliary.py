"""Auxiliary variables: what they leave alone, what they change, and when they are refused."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import ModelError

MODEL = "f =~ a + b + c + d"


@pytest.fixture(scope="module")
def data() -> dict[str, np.ndarray]:
    """Synthetic: `d` is missing where the helper, a correlate of its residual, is high."""
    rng = np.random.default_rng(8)
    common, special = rng.normal(size=(2, 3000))
    x = common[:, None] + rng.normal(size=(3000, 4))
    x[:, 3] += special
    helper = special + 0.5 * rng.normal(size=3000)
    x[helper > 0.4, 3] = np.nan
    return dict(zip("abcd", x.T, strict=True)) | {"helper": helper, "other": rng.normal(size=3000)}


def test_a_correlate_of_the_gaps_removes_bias(data: dict[str, np.ndarray]) -> None:
    alone = sem.cfa(MODEL, data, missing="fiml")
    helped = sem.cfa(MODEL, data, missing="fiml", auxiliary=["helper"])
    assert mean_of_d(alone) < -0.2
    assert abs(mean_of_d(helped)) < 0.1
    assert helped.fit_measures["df"] == alone.fit_measures["df"]
    assert helped.fit_measures["baseline_df"] == alone.fit_measures["baseline_df"]


def mean_of_d(fit: sem.SemResult) -> float:
    return float(fit.parameters.query("lhs == 'd' and op == '~1'")["est"].iloc[0])


@pytest.mark.parametrize("missing", ["fiml", "two.stage", "robust.two.stage"])
def test_without_gaps_nothing_changes(missing: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
    complete = dict(zip([*"abcd", "z"], x.T, strict=True))
    alone = sem.cfa(MODEL, complete, missing=missing)
    helped = sem.cfa(MODEL, complete, missing=missing, auxiliary="z")
    own = len(alone.table.parameters)
    for column in ("est", "se"):
        expected = alone.parameters[column].to_numpy()
        assert helped.parameters[column].to_numpy()[:own] == pytest.approx(expected, abs=2e-5)
    same = ["chisq", "df", "pvalue", "baseline_chisq", "baseline_df", "cfi", "tli", "rmsea"]
    assert helped.fit_measures[same].tolist() == pytest.approx(alone.fit_measures[same].tolist(), abs=1e-4)


def test_summary_leaves_the_added_rows_out(data: dict[str, np.ndarray]) -> None:
    fit = sem.cfa(MODEL, data, missing="fiml", auxiliary=["helper", "other"])
    text = fit.summary()
    assert "Auxiliary variables" in text
    assert "helper ~~" not in text.replace("  ", " ")
    assert fit.parameters_with_aux.query("auxiliary").shape[0] == 3 + 2 + 8
    assert len(fit.parameters) == len(fit.standardized) == len(fit.parameters_with_aux) - 13
    assert "auxiliary" not in fit.parameters


@pytest.mark.parametrize(
    ("names", "arguments", "message"),
    [
        ("a", {"missing": "fiml"}, "part of the model"),
        ("nobody", {"missing": "fiml"}, "no column nobody"),
        (["other", "other"], {"missing": "fiml"}, "twice"),
        ("other", {}, "missing='fiml'"),
    ],
)
def test_refusals(data: dict[str, np.ndarray], names, arguments, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        sem.cfa(MODEL, data, auxiliary=names, **arguments)
