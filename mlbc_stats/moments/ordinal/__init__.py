"""Moments of ordinal and mixed data, with their asymptotic covariance.

Numeric columns of which some are ordinal enter; :class:`OrdinalMoments` or a table of polychoric correlations leaves.
Read ``moments.py`` first, then ``two_step.py``.
"""
