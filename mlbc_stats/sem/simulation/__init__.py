"""Populations, Monte Carlo and power.

A population in model syntax enters; samples, bias, coverage and power leave. Start with `monte_carlo.py`.
"""
