"""Populations in which propositions hold as strongly as declared, and samples drawn from them.

Standardized targets enter; a population of respondents and arrays of answers leave. Read ``targets.py`` first, then
``answers.py``.
"""
