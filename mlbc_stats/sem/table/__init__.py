"""The rows of a parameter table: what is written, what is added, what is tied."""
