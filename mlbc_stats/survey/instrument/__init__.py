"""The instrument as data."""
