"""A search that was broken off leaves a point at which the linear equalities hold all the same."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_bound_moves_no_parameter_alone(steps: int) -> None:
    """v is one variance in two groups; the bound holds the first of them."""
    rng = np.random.default_rng(3)
    answers = rng.normal(size=(80, 1)) + rng.normal(size=(80, 3))
    data = pd.DataFrame(answers, columns=["a", "b", "c"]).assign(g=["A", "B"] * 40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sem.cfa("f =~ a + b + c\na ~~ c(v, v)*a\nv > 3", data, group="g", max_iter=steps)
    first, second = fit.parameters.query("lhs == 'a' and rhs == 'a' and op == '~~'").est
    assert first == pytest.approx(second, abs=1e-12)
