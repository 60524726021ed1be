"""Documents on paper: Word files and PDFs.

A document's content enters; the bytes of a file leave, the same for the same content and date. Read ``docx.py`` first.
"""
