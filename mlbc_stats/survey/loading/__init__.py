"""From files to instruments with their languages and evidence.

A name or a path enters; an `Instrument` leaves, its modules, constructs and translations resolved, or every
finding at once. Read ``load.py`` first.
"""
