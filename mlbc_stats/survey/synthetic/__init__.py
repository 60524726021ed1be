"""Synthetic respondents."""
