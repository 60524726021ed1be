"""Newton steps with the exact Hessian end where scoring does, from points far from the solution as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.newton import newton_finish
from tests.reference.corpus import read_table

HS = read_table("data/HolzingerSwineford1939.csv")
MODEL = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_the_same_minimum(seed: int, missing: str) -> None:
    result = sem.cfa(MODEL, HS, missing=missing)
    rng = np.random.default_rng(seed)
    start = result.theta * (1 + 0.2 * rng.uniform(-1, 1, len(result.theta)))
    rough = replace(result.estimate, theta=start, iterations=np.asarray(0), converged=np.asarray(False))
    got = newton_finish(result.solution.objective, rough, Space(None, np.zeros(len(start)))).estimate
    assert got.converged
    assert got.theta == pytest.approx(result.theta, abs=1e-6)
    assert float(got.value) == pytest.approx(float(result.estimate.value), abs=1e-12)
