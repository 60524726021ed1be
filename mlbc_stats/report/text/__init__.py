"""Method and results in words, from the tables of a study.

Tables enter; paragraphs with numbers and citations leave, and a record of where every number stands. Read
``paragraphs.py`` first.
"""
