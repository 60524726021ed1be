"""Weights of the indicators, for many correlation matrices at once.

Correlations (..., p, p) enter; weights (..., m, p) that give composites of unit variance leave. Read
``iterate.py`` first.
"""
