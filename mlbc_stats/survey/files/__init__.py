"""Files of answers as tables of text.

The bytes of a file enter, trusted in nothing; a header and rows of text leave, every row with its line. Read
``table.py`` first.
"""
