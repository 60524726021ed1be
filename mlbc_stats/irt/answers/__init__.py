"""Tables of answers → categories and distinct patterns of answers. Read ``reading.py`` first."""
