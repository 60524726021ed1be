"""Paths among constructs from their covariances, and the effects they add up to.

Covariances of constructs (..., t, t) enter; paths, R² and effects leave. Read ``equations.py`` first.
"""
