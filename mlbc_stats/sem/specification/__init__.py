"""Statements to the parameter table.

Statements and options enter; the table of all parameters, written and added, in the order of lavaan leaves. Start
with `parameter_table.py`.
"""
