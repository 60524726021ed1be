"""Indices of content validity.

Answers of judges enter; indices with intervals, thresholds and sources leave, each with the item or construct that it
is about. Read ``relevance.py`` first.
"""
