"""Predictors that correlate with the error of their equation: the Gaussian copula.

A fit and one endogenous construct enter; its equation with copula terms leaves. Read ``copula.py`` first.
"""
