"""Indices of careless, repeated and automated answering.

Arrays of answers, times or texts enter; one number per case leaves, NaN where it cannot be computed. Read ``runs.py``
first.
"""
