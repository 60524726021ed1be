"""The entrance: text and data in, a result out.

Model text, data and arguments enter; a `SemResult` leaves. Start with `fit.py`, whose body is the way through all
rooms below.
"""
