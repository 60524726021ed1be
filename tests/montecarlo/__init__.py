"""Simulations that take minutes: what the verdicts do when the truth is known."""
