"""What a study says beforehand, and what it did otherwise.

A study file and planned power enter; a file with a hash leaves, and later the differences to it. Read ``content.py``
first, then ``registered.py`` and ``deviations.py``.
"""
