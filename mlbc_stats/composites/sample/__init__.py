"""Cases in, correlations of the indicators out: of the sample, and of resamples.

Read ``reading.py`` first.
"""
