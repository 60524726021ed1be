"""Writing responses to a file that may be passed on.

`Responses` enter; a plain CSV file leaves, without what would tell who answered. Read ``writer.py`` first.
"""
