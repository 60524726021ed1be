"""Path diagrams: nodes, layers, places, arrows, drawing.

The parameter table of a fit enters; a path diagram leaves as a figure, drawn with nothing but Python. Read
``drawing.py`` first.
"""
