"""Reliability and validity over the resamples of a fit.

Draws of a bootstrap enter; tables of the indices with errors and intervals leave. Start with `bootstrap_summary.py`.
"""
