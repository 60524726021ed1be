"""Populations, Monte Carlo and power."""
