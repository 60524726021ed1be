"""Instruments, structural equation models and verdicts for two frameworks about machine learning in organizations."""

__version__ = "0.1.0"
