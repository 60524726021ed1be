"""Bootstrap of composite models: errors and intervals of everything in the report.

A fit enters; its distribution over resamples leaves. Read ``bootstrap.py`` first.
"""
