"""Correlations behind ordinal answers: polychoric and polyserial, from tables or case by case.

Contingency tables or the margins of cases enter; correlations of pairs leave, with their influence functions or
errors. Read ``contingency_likelihood.py`` first.
"""
