"""Correlations of items and the covariance of their sampling errors.

A table or a matrix enters; one correlation matrix with what is known of its errors leaves. Read ``sample.py`` first.
"""
