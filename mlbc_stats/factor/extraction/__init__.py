"""Extraction of factors from correlation matrices, many at once.

Correlations enter; uniquenesses and unrotated loadings at the minimum of a discrepancy leave. Read
``extract.py`` first.
"""
