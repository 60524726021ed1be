"""Documents: pages, Word files, manuals, questionnaires.

Prose, tables, figures and instruments enter; a document leaves, which writes itself as an HTML page or a Word file.
Read ``blocks.py`` first, then ``document.py``.
"""
