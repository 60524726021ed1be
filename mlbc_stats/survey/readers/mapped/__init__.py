"""Exports of a questionnaire whose mapping manifest is at hand.

An export and the manifest that was written with the questionnaire enter; the same export leaves with our codes in its
cells, and the column of every question. Read ``understanding.py`` first.
"""
