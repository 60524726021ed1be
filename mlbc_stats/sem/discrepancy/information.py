"""Unit information of theta: expected or observed."""

from __future__ import annotations

from mlbc_stats.sem.discrepancy.objective import Objective, evaluate
from mlbc_stats.sem.implied.moments import Floats


def expected_information(objective: Objective, theta: Floats) -> Floats:
    """½ E[d²F/dθdθᵀ] (q, q) at theta (q,)."""
    return evaluate(objective, theta[None]).information[0]


def observed_information(objective: Objective, theta: Floats) -> Floats:
    """½ d²F/dθdθᵀ (q, q) at theta (q,), analytic."""
    return evaluate(objective, theta[None], observed=True).information[0]
