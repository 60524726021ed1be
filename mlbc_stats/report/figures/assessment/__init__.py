"""Figures of judgements: steps of invariance, importance and performance, information of items.

Results of other rooms enter; figures with a description in words leave. Read ``invariance.py`` first.
"""
