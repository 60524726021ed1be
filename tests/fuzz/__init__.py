"""Random models and data, and every question a result can be asked: nothing foreign may come out, and no number
where the data determine none.

A case is drawn from (seed, number) alone. Start with `running.py`; `python -m tests.fuzz --help` lists the ways.
"""
