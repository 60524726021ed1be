"""The commands of `mlbc`, one file each.

Arguments and options enter; the result of one call leaves through ``cli/terminal.py``, statistics none. Read
``study.py`` first.
"""
