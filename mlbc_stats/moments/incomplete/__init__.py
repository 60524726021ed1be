"""Incomplete normal data: patterns, likelihood, saturated moments and their information."""
