"""YAML files with their line numbers.

The text of a file enters, trusted in nothing; plain data leave, every value with its line, or findings that say where
and what is wrong. Read ``file.py`` first.
"""
