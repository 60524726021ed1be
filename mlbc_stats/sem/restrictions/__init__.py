"""Score and Wald tests, modification indices.

A fitted model and restrictions enter, imposed or not; tests of them leave, and what releasing them would change.
Start with `score_test.py`.
"""
