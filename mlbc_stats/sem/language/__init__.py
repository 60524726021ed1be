"""Text in lavaan syntax to statements.

A model text enters; statements with their modifiers, line and column, and expression trees leave. Start with
`parser.py`.
"""
