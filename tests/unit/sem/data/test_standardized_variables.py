"""`std_ov`: which rows and which variables the means and deviations are of."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from mlbc_stats import sem
from tests.reference.adapter import run_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import HERE

MODELS = json.loads((HERE / "expected" / "standardized_variables.json").read_text(encoding="utf-8"))["models"]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.MlbcWarning")
def test_standardized_variables(name: str) -> None:
    """Each group by its own rows; incomplete columns by all values; fixed covariates stay unless conditioned on."""
    stored = MODELS[name]
    case = {**stored, "id": name, "kind": "sem", "data": {"file": stored["data"]}}
    fit = run_case(case, compat="0.6")
    how = "ordinal" if fit.method.ordinal else "tight" if fit.method.missing == "listwise" else "fiml"
    case["tolerance_class"] = how
    assert compare_sem(case, shape_result(fit, ["parameters", "tests"])) == []


def test_a_matrix_is_standardized_with_its_means() -> None:
    """Means of standardized variables are zero; those of fixed covariates stay."""
    names = ["a", "b", "c", "z"]
    cov = pd.DataFrame([[4, 1, 1, 1], [1, 2, 1, 0.5], [1, 1, 3, 0.7], [1, 0.5, 0.7, 9]], names, names)
    fit = sem.fit(
        "f =~ a + b + c\nf ~ z", sample_cov=cov, sample_mean=[1, 2, 3, 4], sample_nobs=100, std_ov=True
    )
    moments = fit.moments[0]
    assert moments.mean.tolist() == [0, 0, 0, 4]
    assert (moments.cov.diagonal() * 100 / 99).tolist() == pytest.approx([1, 1, 1, 9])
