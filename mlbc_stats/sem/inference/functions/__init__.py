"""Functions of the parameters: defined parameters and effects, with errors.

Estimates with their sampling covariance enter; values, errors, tests and intervals of what follows from them leave.
"""
