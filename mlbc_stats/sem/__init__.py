"""Structural equation models in lavaan syntax, one batch-first engine."""
