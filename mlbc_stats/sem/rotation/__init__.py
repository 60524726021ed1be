"""Rotation of exploratory factors."""
