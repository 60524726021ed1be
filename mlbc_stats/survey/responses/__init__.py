"""Answers of respondents, with a reason for each that is missing."""
