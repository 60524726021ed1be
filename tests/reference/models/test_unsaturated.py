"""A model of data whose unrestricted moments have no maximum, beside lavaan without its h1 model."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mlbc_stats import sem
from tests.reference.corpus import HERE, read_table

STORED = json.loads((HERE / "expected" / "unsaturated.json").read_text(encoding="utf-8"))
ROWS = STORED["parameters"]
NAMES = [
    (lhs, op, rhs or "") for lhs, op, rhs in zip(*(ROWS[name] for name in ("lhs", "op", "rhs")), strict=True)
]
ESTIMATE, ERROR = 2e-5, 1e-4
"""lavaan stops at a relative change of 1e-10 of its function, and takes the Hessian by differences of the gradient."""


@pytest.mark.filterwarnings("ignore::mlbc_stats.errors.DataWarning")
@pytest.mark.parametrize(("estimator", "errors"), [("ML", "se"), ("MLR", "robust")])
def test_estimates_and_errors(estimator: str, errors: str) -> None:
    fit = sem.cfa(STORED["model"], read_table("data/unsaturated45.csv"), missing="fiml", estimator=estimator)
    found = fit.parameters.set_index(["lhs", "op", "rhs"]).loc[NAMES]
    np.testing.assert_allclose(found["est"], ROWS["est"], atol=ESTIMATE)
    np.testing.assert_allclose(found["se"], ROWS[errors], rtol=ERROR)
    assert fit.fit_measures["logl"] == pytest.approx(STORED["logl"], abs=1e-7)
    assert fit.fit_measures["logl"] >= STORED["logl"] - 1e-9
