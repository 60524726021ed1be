"""Slopes that vary between clusters: what a model says of the coefficients of every covariate within.

Rows of the table enter; a model of coefficients and its engine leave. Read ``cells.py`` first.
"""
