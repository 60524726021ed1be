"""Sections of the report, one file each: the material of a study enters, tables and figures of one subject leave.

Read ``descriptives.py`` first; ``resamples.py`` and ``scales.py`` hold what several of them share.
"""
