"""Qualtrics: a survey as Advanced Format text, and as QSF.

A `Form` enters. The text format is documented by Qualtrics and carries questions alone (``advanced.py``); QSF is
what Qualtrics itself exports, is not documented, and carries all (``qsf.py``, with ``flow.py`` and ``elements.py``).
"""
