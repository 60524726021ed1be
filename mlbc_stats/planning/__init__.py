"""Planning: power that follows from a formula, and the samples it needs.

Effect sizes enter; power and numbers of cases leave. Power of a whole model by simulation is `sem.monte_carlo`'s.
"""

from mlbc_stats.planning.fit_tests import (
    nested_rmsea_power,
    nested_rmsea_sample_size,
    rmsea_power,
    rmsea_sample_size,
)
from mlbc_stats.planning.regression import (
    correlation_sample_size,
    pls_sample_size,
    regression_power,
    regression_sample_size,
)

__all__ = [
    "correlation_sample_size",
    "nested_rmsea_power",
    "nested_rmsea_sample_size",
    "pls_sample_size",
    "regression_power",
    "regression_sample_size",
    "rmsea_power",
    "rmsea_sample_size",
]


def __dir__() -> list[str]:
    return __all__
