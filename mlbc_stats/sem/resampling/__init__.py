"""Bootstrap.

A fitted model enters; refits of its resamples leave, with errors and intervals from them. Start with `bootstrap.py`.
"""
