"""Answers and groups → items that work differently in them. Read ``differential.py`` first."""
