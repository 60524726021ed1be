"""Reliability and validity over many sets of estimates: resamples, or steps about a fit.

Draws of a bootstrap, items or a fit enter; tables of the indices with errors and intervals leave. Start with
`bootstrap_summary.py`; `delta_summary.py` takes small steps about the estimates instead of resamples.
"""
