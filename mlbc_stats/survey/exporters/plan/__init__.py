"""What every export is made from: the questionnaire in pages, a platform's limits, and the mapping between both.

A `Questionnaire` enters; a `Form` and a `MappingManifest` leave, which a target writes in its
format.
Read ``form.py`` first, then ``limits.py`` and ``mapped.py``.
"""
