"""Forms for judges.

An instrument and a judgment task enter; workbooks and printable pages leave, one for each judge. Read ``design.py``
first.
"""
