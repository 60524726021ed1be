"""Answers as open data.

Responses enter; a folder leaves with data that name nobody, a codebook, a page about them and checksums, or a refusal
that says whom the data would give away. Read ``bundle.py`` first.
"""
