"""Errors, tests, standardized values and what is wrong with a solution.

A solution enters; sampling covariances, test statistics, values of every row and findings leave. Start with
`uncertainty.py`.
"""
