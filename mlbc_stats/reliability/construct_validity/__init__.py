"""Whether constructs measure what they should and can be told apart, from fitted models and from items.

A fitted measurement model or keyed items enter; tests, tables and criteria leave. Read ``correlation_tests.py`` first.
"""
