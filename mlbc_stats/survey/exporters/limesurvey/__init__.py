"""LimeSurvey: the survey's structure, as tab-separated text and as XML.

A `Form` enters; groups, questions, subquestions and answers leave (``structure.py``), which ``tabbed.py`` and
``lss.py`` write.
"""
