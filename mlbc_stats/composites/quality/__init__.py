"""How good measurement and structure are: reliability, distinctness, collinearity, effect sizes, fit.

Estimates of many samples enter; indices of each leave, so that a bootstrap is the same call. Read ``measurement.py``
first.
"""
