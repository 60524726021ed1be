"""Statements to the parameter table."""
