"""Starting values.

A parameter table and sample moments enter; values to start from leave, one set or several. Start with `values.py`.
"""
