"""Coded quotations of the two papers.

Rows of coded evidence and, for an audit, a paper's text enter; counts of what the quotations cover and every
disagreement with the text leave. Read ``coded.py`` first.
"""
