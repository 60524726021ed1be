"""Fits, comparisons and what follows from a fit, against stored numbers."""
