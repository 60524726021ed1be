"""The questionnaire on paper: HTML to print, Word and PDF.

A `Form` enters; numbered questions with boxes (``sheet.py``) leave, which ``page.py``, ``word.py`` and
``pdf.py`` set. Word needs python-docx, PDF needs typst (both in the extra ``paper``): one wheel without system
libraries or a browser, with fonts of its own, the same on every machine, Apache-2.0. Without them the HTML page is
written alone.
"""
