"""The sections of a summary, as text and HTML."""
