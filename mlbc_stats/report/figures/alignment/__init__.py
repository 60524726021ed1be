"""Figures of alignment as fit. Read ``perspectives.py``."""
