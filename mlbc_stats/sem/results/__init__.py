"""The result of a fit, as data."""
