"""Readers of platform exports."""
