"""The result of a fit, as data.

What was given and estimated enters; tables, errors, tests and indices leave, derived when asked for. Start with
`fitted_model.py`.
"""
