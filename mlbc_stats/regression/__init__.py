"""Regressions of observed variables: lines and chances, with errors that hold under unequal spread and in clusters.

A table enters; coefficients with robust errors leave. Read ``fitting.py`` first.
"""

from mlbc_stats.regression.fitting import fit
from mlbc_stats.regression.result import RegressionResult

__all__ = ["RegressionResult", "fit"]


def __dir__() -> list[str]:
    return __all__
