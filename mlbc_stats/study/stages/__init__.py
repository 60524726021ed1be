"""The stages of a study, in their order.

The material that all stages share enters; a `Stage` leaves: texts, tables, figures and problems. Read
``stage.py`` first, then ``material.py``.
"""
