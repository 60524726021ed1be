"""Screening and scoring."""
