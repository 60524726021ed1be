"""What the user gives becomes sample moments.

A table of cases or given matrices enter; sample moments per group leave, with rows dropped and categories counted.
Start with `source.py`.
"""
