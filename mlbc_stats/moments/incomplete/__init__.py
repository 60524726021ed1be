"""Incomplete normal data: patterns, likelihood, saturated moments and their information.

Rows with missing values enter; patterns, the likelihood at given moments, the moments that maximize it and their
information leave. Read ``patterns.py`` first.
"""
