"""Common-method variance in a study: the marker, a method factor, collinearity, and what they could have found.

The material of a study enters; one stage leaves. Start with ``method.py``.
"""
