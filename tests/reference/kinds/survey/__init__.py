"""Kinds of cases about answers before any model."""
