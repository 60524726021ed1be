"""Difference, score and invariance tests: restrictions, corrections, proposals."""
