"""Objective, minimizers and the solution they reach.

A parameter table, sample moments and a method enter; a solution leaves: model, data and method joined at the
estimates. Start with `solve.py`.
"""
