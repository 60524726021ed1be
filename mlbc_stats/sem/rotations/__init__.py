"""Exploratory blocks: criteria, searches, spaces and batches of rotations."""
