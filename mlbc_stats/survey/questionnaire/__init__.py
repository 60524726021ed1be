"""Composing the questionnaire that is fielded."""
