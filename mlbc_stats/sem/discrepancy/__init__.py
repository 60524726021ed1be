"""Estimation method and discrepancy functions.

Names of estimator, errors and test, or sample and implied moments, enter; a resolved method, or the value of F with
its slopes, leaves; the model itself is never seen. Start with `functions.py`.
"""
