"""Forms that judges sent back.

Workbooks or CSV files enter; one table of answers leaves with what is missing, or all complaints at once. Read
``reading.py`` first.
"""
