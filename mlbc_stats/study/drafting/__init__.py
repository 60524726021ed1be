"""Draft a study file from exports.

Exports enter; what was asked of whom, as far as the files tell, and a commented study file leave. Read ``init.py``
first.
"""
