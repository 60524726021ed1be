"""Checks of files and of wording."""
