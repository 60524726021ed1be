"""Patterns of answers and curves → maximum-likelihood estimates with their errors. Read ``marginal.py`` first."""
