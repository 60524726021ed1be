"""Coded quotations of the two papers."""
