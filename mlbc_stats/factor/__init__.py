"""Exploratory factor analysis: how many factors, their loadings, and what they explain.

A table or a correlation matrix enters; loadings, errors, fit and advice leave. Read ``bifactor.py`` first.
"""

from mlbc_stats.factor.bifactor import BifactorIndices, bifactor_indices

__all__ = ["BifactorIndices", "bifactor_indices"]


def __dir__() -> list[str]:
    return __all__
