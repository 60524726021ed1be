"""Scores and their errors: how far an observed score may lie from the true one, and how scores come back."""
