"""Answers on their way in and out: checked when they arrive, counted, exported. Read ``exporting.py`` first."""
