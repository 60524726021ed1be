"""Necessary conditions: how far an outcome is bounded by each condition.

A table of cases enters; ceilings, effect sizes, permutation tests and bottleneck tables leave. Read ``analysis.py``
first.
"""

from mlbc_stats.necessity.analysis import fit
from mlbc_stats.necessity.result import NecessityResult

__all__ = ["NecessityResult", "fit"]


def __dir__() -> list[str]:
    return __all__
