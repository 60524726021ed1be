"""Figures of results.

Answers, loadings and verdicts enter; a `Figure` leaves: an SVG drawing with its caption and its description
in words. Read ``figure.py`` first.
"""
