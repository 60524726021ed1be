"""Moments of ordinal and mixed data, with their asymptotic covariance."""
