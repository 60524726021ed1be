"""Rotation of exploratory blocks.

Loadings and a criterion enter; rotations leave, and parameters turned by them. Start with `turns.py`.
"""
