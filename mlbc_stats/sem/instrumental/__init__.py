"""Estimate equations one by one with model-implied instruments.

A parameter table and sample moments enter; the equations with their instruments, two-stage least squares estimates,
Sargan tests and a solution leave. Start with `solve.py`.
"""
