"""Commands that judge items, scales and factors.

Files of items or answers enter; tables and pages leave. Start with ``measure.py``.
"""
