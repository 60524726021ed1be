"""Rotation of exploratory loadings, by the names that users of factor analysis know.

Unrotated loadings enter; rotated ones, the factors' correlations and what the search met leave. Read
``rotate.py`` first.
"""
