"""A sheet of text cells as HTML, LaTeX, Markdown or CSV."""
