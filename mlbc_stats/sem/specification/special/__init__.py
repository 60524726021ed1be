"""Rows with rules of their own: thresholds of ordinal variables, effect coding, composites.

Rows of a table enter; what these rows need beside them leaves, checked.
"""
