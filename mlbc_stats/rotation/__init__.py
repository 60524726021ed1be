"""Rotation of factors: criteria, the search for their minima, and the choice among them.

A loading matrix and a criterion enter; rotations leave. Read ``search.py`` first.
"""
