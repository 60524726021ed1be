"""A result as text, HTML and JSON, with advice.

A fitted model enters; text leaves, the only place of this room that rounds. Start with `summary.py`.
"""
