"""Checks of files and of wording.

An instrument file enters; everything worth a second look leaves, each breach of a rule of wording a warning. Read
``check.py`` first.
"""
