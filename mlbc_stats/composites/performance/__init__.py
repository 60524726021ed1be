"""Importance-performance analysis: what matters for a target, and how well it stands.

A fit and the ranges of the indicators enter; total effects and mean scores from 0 to 100 leave. Read ``measuring.py``
first.
"""
