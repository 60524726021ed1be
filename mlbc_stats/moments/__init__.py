"""Table to sufficient statistics: columns, complete, missing and ordinal data, weights.

A table or a printed covariance matrix enters; the moments that an estimator fits leave, with their asymptotic
covariance and what a reader must know of them. Read ``sample/moments.py`` first.
"""

from mlbc_stats.moments.ordinal.polychoric_result import PolychoricResult
from mlbc_stats.moments.ordinal.polychoric_table import polychoric

__all__ = ["PolychoricResult", "polychoric"]


def __dir__() -> list[str]:
    return __all__
