"""Verdicts of the deciders on constructed samples."""
