"""How many factors: one rule a file, and all of them together.

Correlations enter; eigenvalues, references and numbers of factors leave. Read ``advice.py`` first.
"""
