"""Whether the indicators of a construct behave like those of a common factor: vanishing tetrads.

A fit enters; tetrads of every construct with their intervals leave. Read ``testing.py`` first.
"""
