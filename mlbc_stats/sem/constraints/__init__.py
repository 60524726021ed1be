"""Constraint lines to systems of equations.

The constraint rows of a parameter table enter; linear and other equalities, inequalities and definitions leave, with
values and exact derivatives at any parameters. Start with `system.py`.
"""
