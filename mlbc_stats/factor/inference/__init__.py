"""Errors of loadings and fit of a factor solution.

A solution and the covariance of its correlations enter; standard errors, intervals and tests leave. Read
``uncertainty.py`` first.
"""
