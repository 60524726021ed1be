"""The rules of instrument files.

Files as plain data with their lines enter; findings leave, each rule a small function beside its kin. Read
``file_rules.py`` first.
"""
