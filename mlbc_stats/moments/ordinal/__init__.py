"""Moments of ordinal and mixed data, with their asymptotic covariance.

Numeric columns of which some are ordinal enter; `OrdinalMoments` or a table of polychoric correlations leaves.
Read ``moments.py`` first, then ``two_step.py``.
"""

from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.ordinal.two_step import ordinal_moments

__all__ = ["OrdinalMoments", "ordinal_moments"]
