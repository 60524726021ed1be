"""Constraint lines to systems of equations, with values and derivatives."""
