"""The rules of instrument files."""
