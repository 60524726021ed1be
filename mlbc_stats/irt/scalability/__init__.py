"""Answers → how well items scale without assuming a curve. Read ``scaling.py`` first."""
