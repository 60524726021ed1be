"""Planning: power that follows from a formula or from a simulation, and the samples it needs.

Effect sizes or propositions enter; power and numbers of cases leave. Formulas stand in this folder; simulations of
propositions begin at ``monte_carlo/plan.py``, what computes them at ``executors/local.py``.
"""

from mlbc_stats.planning.executors.local import merge, search, simulate
from mlbc_stats.planning.fit_tests import (
    nested_rmsea_power,
    nested_rmsea_sample_size,
    rmsea_power,
    rmsea_sample_size,
)
from mlbc_stats.planning.monte_carlo.plan import Plan
from mlbc_stats.planning.monte_carlo.result import PlanResult
from mlbc_stats.planning.population.targets import target_population
from mlbc_stats.planning.regression import (
    correlation_sample_size,
    pls_sample_size,
    regression_power,
    regression_sample_size,
)

__all__ = [
    "Plan",
    "PlanResult",
    "correlation_sample_size",
    "merge",
    "nested_rmsea_power",
    "nested_rmsea_sample_size",
    "pls_sample_size",
    "regression_power",
    "regression_sample_size",
    "rmsea_power",
    "rmsea_sample_size",
    "search",
    "simulate",
    "target_population",
]


def __dir__() -> list[str]:
    return __all__
