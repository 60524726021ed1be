"""A manuscript from the results of a study: no number in it is typed by hand.

A source with placeholders and a folder of results enter; Word, HTML and PDF leave, with a list of every number and of
every table and figure. Read ``building.py`` first.
"""
