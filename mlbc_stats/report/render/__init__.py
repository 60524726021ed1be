"""A sheet of text cells as HTML, LaTeX, Markdown or CSV.

A sheet whose every cell is already text enters; markup leaves, everything escaped. Read ``sheet.py`` first.
"""
