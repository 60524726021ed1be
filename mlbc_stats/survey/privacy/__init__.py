"""What may tell who answered, whether they agreed to take part, and how alike they are.

Tables of text and responses enter; the same leave without identifiers, with counts of what was set aside. Read
``personal.py`` first.
"""
