"""Common-method variance: what a marker that has nothing to do with the theory shares with the items.

A measurement model with its marker, or correlations, enter; model comparisons and adjusted correlations leave. Read
``marker_models.py`` first.
"""
