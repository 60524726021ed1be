"""Segments of cases that nobody has named: mixtures of structural regressions, and segments that predict best.

A fit enters; shares, paths and criteria of segments leave. Read ``finite_mixture.py`` first.
"""
