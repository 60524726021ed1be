"""Tables of results, unrounded until they are written.

Data frames of results, fits and verdicts enter; a `Table` leaves, which writes itself in every markup. Read
``table.py`` first.
"""
