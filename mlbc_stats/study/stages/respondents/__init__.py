"""Sections of the report about the people: who answered, how far they came, what they left out.

The material of a study enters, tables and drawings leave. Read ``flow.py`` first.
"""
