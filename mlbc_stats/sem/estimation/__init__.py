"""Minimizers and the solution they reach."""
