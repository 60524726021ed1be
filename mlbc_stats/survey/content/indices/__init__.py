"""Indices of content validity."""
