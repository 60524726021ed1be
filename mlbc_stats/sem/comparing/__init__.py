"""Nested models and measurement invariance.

Fitted models, or a model and groups, enter; difference tests and the steps of invariance leave. Start with
`compare.py`.
"""
