"""Moments of ordinal items in clusters, with their asymptotic covariance.

Categories of rows and their clusters enter; `OrdinalMoments` of both levels leave. Read ``moments.py`` first, then
``steps.py``.
"""

from mlbc_stats.moments.ordinal_levels.moments import level_moments

__all__ = ["level_moments"]
