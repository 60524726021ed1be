"""Errors, tests, standardized values and what is wrong with a solution."""
