"""Models as factors and paths, the columns they take as observed, and their texts.

An instrument enters; the lines of models in lavaan syntax and derived columns leave. Read ``structures.py`` first.
"""
