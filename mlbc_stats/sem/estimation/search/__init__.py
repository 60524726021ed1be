"""Search for the best point of a problem: first start, further starts, groups for themselves.

A `Problem` enters, an `Audited` point leaves; read `best_point.py` first.
"""
