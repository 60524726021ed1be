"""Browne's residual tests of groups, estimators and kinds of data, and plain ULS where variances have residuals."""

from __future__ import annotations

import json

import pytest

from tests.reference.adapter import run_case
from tests.reference.corpus import HERE
from tests.reference.tolerance import CLASSES, P_RELATIVE

MODELS = json.loads((HERE / "expected" / "residual_tests.json").read_text(encoding="utf-8"))["models"]
# At the implied moments lavaan takes the distribution-free Γ of ML and GLS only; ours does for all estimators.
ABOUT_SAMPLE = ("uls", "groups_uls", "uls_means", "uls_one", "wlsmv")


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.DataWarning")
def test_residual_tests(name: str) -> None:
    stored = MODELS[name]
    arguments = {**(stored["fit"]["args"] or {}), "test": ["standard", *stored["tests"]]}
    fit = run_case({"data": {"file": stored["data"]}, "fit": {**stored["fit"], "args": arguments}})
    limits = CLASSES["ordinal" if fit.method.ordinal else "tight"]
    got = {test.test: test for test in fit.tests}
    assert got["standard"].stat == pytest.approx(stored["chisq"], rel=limits.chisq)
    for test, row in stored["tests"].items():
        if test == "browne.residual.adf.model" and name in ABOUT_SAMPLE:
            continue
        assert got[test].stat == pytest.approx(row["stat"], rel=limits.chisq), test
        assert got[test].df == row["df"]
        assert got[test].pvalue == pytest.approx(row["pvalue"], rel=P_RELATIVE, abs=1e-12), test
        assert sum(got[test].group_stats) == pytest.approx(got[test].stat)
